import { countRequests, setVisibility } from './support/hidden-page';
import { expect, test } from './support/test';

const POLLED = '**/api/v1/rate-status';

test('a page that is hidden asks nothing, and asks at once when it is seen', async ({
  page,
  traffic,
}) => {
  await page.clock.install();
  await traffic.open();
  const polls = countRequests(page, '/rate-status');
  await page.clock.runFor(5_000);
  await expect.poll(polls).toBeGreaterThanOrEqual(3);

  await setVisibility(page, 'hidden');
  const before = polls();
  await page.clock.runFor(60_000);
  expect(polls() - before, 'polls in a hidden minute').toBeLessThanOrEqual(1);

  const seen = page.waitForRequest(POLLED);
  await setVisibility(page, 'visible');
  await page.clock.runFor(1_500);
  await seen;
});

test('polls don’t pile up behind a server that hangs', async ({ page, traffic }) => {
  await page.clock.install();
  await traffic.open();
  let open = 0;
  let most = 0;
  await page.route(POLLED, () => {
    open += 1;
    most = Math.max(most, open);
  });
  page.on('requestfailed', (request) => {
    if (request.url().endsWith('/rate-status')) open -= 1;
  });
  await page.clock.runFor(2_500);
  await expect.poll(() => open).toBe(1);
  await page.clock.runFor(60_000);
  expect(most).toBe(1);
});

test('paused, the page asks nothing until it is resumed', async ({ page, traffic }) => {
  await page.clock.install();
  await traffic.open();
  await page.keyboard.press('p');
  await expect(page.getByRole('button', { name: 'Resume polling (P)' })).toBeVisible();
  const polls = countRequests(page, '/rate-status');
  await page.clock.runFor(30_000);
  expect(polls()).toBeLessThanOrEqual(1);
  const resumed = page.waitForRequest(POLLED);
  await page.keyboard.press('p');
  await page.clock.runFor(2_500);
  await resumed;
});
