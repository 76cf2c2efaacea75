import { expect, test } from './support/test';

test('Send turns one block green', { tag: '@every-look' }, async ({ traffic }) => {
  await traffic.waitForRoom();
  await traffic.sendButton.click();
  await traffic.expectStates(['allowed']);
  const block = traffic.blocks.first();
  await expect(block).toHaveAccessibleName(/^Request 1: allowed, 200, [\d.]+ m?s, 4 remaining$/);
  await expect(block.locator('svg.lucide-check')).toBeVisible();
  await expect(traffic.gauge(1)).toBeVisible();
  await expect(traffic.hollowPlaces).toHaveCount(4);
  await traffic.expectTotals(1, 1, 0);
  await expect(traffic.figure('Success rate')).toHaveText('100 %');
  await expect(traffic.announcement(/^Request 1: allowed, 200/)).toBeAttached();
});

test('invites to send while nothing has been sent', async ({ page, traffic }) => {
  await expect(page.getByText('Send a request. You have 5 every 10 seconds.')).toBeVisible();
  await expect(traffic.hollowPlaces).toHaveCount(5);
  await expect(traffic.blocks).toHaveCount(0);
});

test('a burst of 8 gets five allowed, then three denied', { tag: '@every-look' }, async ({
  traffic,
}) => {
  await traffic.burst();
  await traffic.expectStates([...Array(5).fill('allowed'), ...Array(3).fill('denied')]);
  await expect(traffic.gauge(5)).toBeVisible();
  await traffic.expectTotals(8, 5, 3);
  await expect(traffic.figure('Success rate')).toHaveText('62.5 %');
  await expect(traffic.announcement('8 requests: 5 allowed, 3 denied')).toBeAttached();
  await expect(traffic.blocks.nth(7)).toHaveAccessibleName(
    /^Request 8: denied, 429, [\d.]+ m?s, retry after \d+ s$/,
  );
  await expect(traffic.blocks.nth(7).locator('svg.lucide-x')).toBeVisible();
  await expect(traffic.windows).toHaveCount(1);
});

test('a parallel burst spends the limit exactly', async ({ traffic }) => {
  await traffic.sendingOrder.selectOption('5 at a time');
  await traffic.burst();
  await traffic.expectTotals(8, 5, 3);
  await expect(traffic.gauge(5)).toBeVisible();
});

test('the size of a burst stays between 1 and 50', async ({ page, traffic }) => {
  await traffic.burstSize.fill('0');
  await traffic.burstSize.press('Enter');
  await expect(traffic.burstButton).toHaveAccessibleName(/×1\b/);
  await expect(page.getByRole('button', { name: 'Smaller burst' })).toBeDisabled();

  await traffic.burstSize.fill('999');
  await traffic.burstSize.blur();
  await expect(traffic.burstButton).toHaveAccessibleName(/×50\b/);
  await expect(page.getByRole('button', { name: 'Larger burst' })).toBeDisabled();

  await traffic.burstSize.fill('-3x');
  await traffic.burstSize.blur();
  await expect(traffic.burstSize).toHaveValue('50');
  await page.getByRole('button', { name: 'Smaller burst' }).click();
  await expect(traffic.burstSize).toHaveValue('49');
});

test('a burst of one sends one, and fifty send fifty', async ({ traffic }) => {
  await traffic.burstSize.fill('1');
  await traffic.burst();
  await expect(traffic.blocks).toHaveCount(1);
  await traffic.burstSize.fill('50');
  await traffic.burst();
  await expect(traffic.blocks).toHaveCount(51);
  await expect(traffic.figure('Sent')).toHaveText('51');
});

test('Clear forgets what was sent, not what was used', async ({ traffic }) => {
  await traffic.burst();
  await traffic.clearButton.click();
  await expect(traffic.blocks).toHaveCount(0);
  await traffic.expectTotals(0, 0, 0);
  await expect(traffic.figure('Latency p95')).toHaveText('–');
  expect((await traffic.status()).used).toBe(5);
});

test('Clear aborts a burst under way and the next one is told alone', async ({ page, traffic }) => {
  let answered = 0;
  await page.route('**/api/v1/stock-price*', async (route) => {
    answered += 1;
    if (answered === 4) return;
    await route.continue();
  });
  await traffic.waitForRoom();
  await traffic.burstButton.click();
  await expect(page.locator('[data-state=allowed]')).toHaveCount(3);
  await traffic.clearButton.click();
  await expect(traffic.blocks).toHaveCount(0);

  await traffic.sendButton.click();
  await traffic.expectSettled();
  await expect(traffic.blocks).toHaveCount(1);
  await expect(traffic.announcement(/^Request 1: allowed/)).toBeAttached();
  expect(answered).toBe(5);
});
