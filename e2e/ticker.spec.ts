import { expect, test } from './support/test';

const SCRIPT = '<img src=x onerror="document.title=1">';

test('a picked ticker is asked for and its quote shown', async ({ page, traffic }) => {
  const asked = page.waitForRequest('**/api/v1/stock-price?ticker=MSFT');
  await page.getByText('MSFT', { exact: true }).click();
  await traffic.sendButton.click();
  await asked;
  await expect(page.getByText(/^MSFT\$[\d,.]+[▲▼] [+−-]?[\d.]+ \([+−-]?[\d.]+ %\)$/)).toBeVisible();
});

test('any other ticker may be typed, in lower case too', async ({ page, traffic }) => {
  const asked = page.waitForRequest('**/api/v1/stock-price?ticker=BRK.B');
  await traffic.otherTicker.fill('brk.b');
  await traffic.sendButton.click();
  await asked;
  await expect(page.getByText(/^BRK\.B\$/)).toBeVisible();
});

for (const bad of ['1AAPL', 'A B', 'TOOLONGTICKER', SCRIPT, "'; DROP TABLE--", 'ÄÖÜ']) {
  test(`no ticker, and says so: ${bad}`, async ({ page, traffic }) => {
    await traffic.otherTicker.fill(bad);
    await expect(page.getByRole('alert').filter({ hasText: 'Use 1-10 letters' })).toBeVisible();
    await expect(traffic.otherTicker).toHaveAttribute('aria-invalid', 'true');
    const asked = page.waitForRequest('**/api/v1/stock-price?ticker=AAPL');
    await traffic.sendButton.click();
    await asked;
    await traffic.otherTicker.fill('');
    await expect(page.getByText('Use 1-10 letters')).toHaveCount(0);
  });
}

test('markup in an answer is shown as text', async ({ page, traffic }) => {
  await page.route('**/api/v1/stock-price*', (route) =>
    route.fulfill({
      headers: { 'content-type': 'application/json', 'x-request-id': SCRIPT },
      json: { ticker: SCRIPT, price: 1, change: 0, change_percent: 0 },
    }),
  );
  await traffic.sendButton.click();
  await traffic.expectSettled();
  await expect(page.getByText(SCRIPT, { exact: true })).toBeVisible();
  await traffic.blocks.first().click();
  await expect(traffic.dialog.getByText(SCRIPT).first()).toBeVisible();
  await expect(page.locator('img')).toHaveCount(0);
  await expect(page).toHaveTitle('Traffic · Floodgate');
});
