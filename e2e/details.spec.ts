import { expect, test } from './support/test';

test.describe('with a clipboard', () => {
  test.use({ permissions: ['clipboard-read', 'clipboard-write'] });

  test('a click opens all that is known of a request', async ({ page, traffic, baseURL }) => {
    await traffic.burst();
    await traffic.blocks.first().click();
    const dialog = page.getByRole('dialog', { name: 'Request 1' });
    await expect(dialog.getByText('✓ allowed')).toBeVisible();
    await expect(dialog.getByText(/^It was number 1 of 5 in its window/)).toBeVisible();
    await expect(dialog.getByText('"stock-price";q=5;w=10')).toBeVisible();
    await expect(dialog.getByText('stock-price allows 5 requests in each 10 s.')).toBeVisible();
    await expect(dialog.getByText(/^4 left of stock-price; renewed in \d+ s\.$/)).toBeVisible();
    await expect(dialog.getByText(/"ticker": "AAPL"/)).toBeVisible();

    await dialog.getByRole('button', { name: 'Copy the curl command' }).click();
    await expect(dialog.getByText('Copied')).toBeVisible();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(
      `curl -i '${baseURL}/api/v1/stock-price?ticker=AAPL'`,
    );

    await page.keyboard.press('Escape');
    await expect(dialog).toHaveCount(0);
    await expect(traffic.blocks.first()).toBeFocused();
  });
});

test('a denied request says why, and when to come back', async ({ page, traffic }) => {
  await traffic.burst();
  const { identifier } = await traffic.status();
  await traffic.blocks.last().focus();
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Request 7' });
  await expect(dialog.getByText('✕ denied')).toBeVisible();
  await expect(
    dialog.getByText(`${identifier} had already used all of its 5 requests every 10 seconds`),
  ).toBeVisible();
  await expect(dialog.getByText(/^Wait \d+ s and the next request is allowed/)).toBeVisible();
  await expect(dialog.getByText('The body is a problem document, RFC 9457.')).toBeVisible();
  await expect(dialog.getByText(/"status": 429/)).toBeVisible();

  await dialog.getByRole('button', { name: 'Close' }).click();
  await expect(traffic.blocks.nth(6)).toBeFocused();
});

test('where the clipboard is closed, it says so', async ({ page, traffic }) => {
  await page.evaluate(() => {
    navigator.clipboard.writeText = () => Promise.reject(new DOMException('', 'NotAllowedError'));
  });
  await traffic.sendButton.click();
  await traffic.expectSettled();
  await traffic.blocks.first().click();
  await page.getByRole('button', { name: 'Copy the curl command' }).click();
  await expect(page.getByText('Select it to copy')).toBeVisible();
});

test('Tab stays inside the open sheet', async ({ page, traffic }) => {
  await traffic.sendButton.click();
  await traffic.expectSettled();
  await traffic.blocks.first().click();
  await expect(traffic.dialog).toBeVisible();
  for (let step = 0; step < 6; step++) {
    await page.keyboard.press('Tab');
    await expect(traffic.dialog.locator(':focus')).toHaveCount(1);
  }
});

test('on a phone the sheet fits the screen', { tag: '@phone' }, async ({ page, traffic }) => {
  await traffic.sendButton.tap();
  await traffic.expectSettled();
  await traffic.blocks.first().tap();
  const { width = 0, height = 0 } = page.viewportSize() ?? {};
  await expect
    .poll(async () => {
      const box = await traffic.dialog.boundingBox();
      return box && { x: box.x, width: box.width, bottom: box.y + box.height };
    })
    .toEqual({ x: 0, width, bottom: height });
  await page.getByRole('button', { name: 'Close' }).tap();
  await expect(traffic.dialog).toHaveCount(0);
});
