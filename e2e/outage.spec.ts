import type { Route } from '@playwright/test';
import { Floodgate } from '../tests/support/floodgate';
import { freePort } from '../tests/support/free-port';
import { RedisServer } from '../tests/support/redis';
import { serverEnvironment } from './support/servers';
import { stopBehind } from './support/stop-behind';
import { expect, test } from './support/test';

const ANY_API = /\/(health|api\/v1\/[a-z-]+)(\?|$)/;
const NO_CONNECTION = /^Failed to load resource: net::ERR_(FAILED|INTERNET_DISCONNECTED)/;

test.describe('a server that can’t be reached', () => {
  test.use({ expectedComplaints: [NO_CONNECTION] });

  test('is told of at once, with the time, until it answers', async ({ page, traffic }) => {
    await page.route(ANY_API, (route) => route.abort());
    await expect(traffic.strip).toContainText(
      /^Floodgate has not answered since \d\d:\d\d:\d\d\. .*trying again every 2 seconds\.$/,
    );
    await expect(page.getByText('server unreachable')).toBeVisible();
    const store = page
      .getByRole('region', { name: 'Limiter' })
      .locator('div', { has: page.getByText('Store', { exact: true }) })
      .getByRole('definition');
    await expect(store.last()).toHaveText('not known');
    await traffic.sendButton.click();
    await traffic.expectStates(['error']);
    await expect(traffic.blocks.first()).toHaveAccessibleName(/^Request 1: failed, /);
    await traffic.blocks.first().click();
    await expect(traffic.dialog).toContainText('the server could not be reached');
    await page.keyboard.press('Escape');

    await page.unroute(ANY_API);
    await expect(traffic.strip).toContainText('Limits are enforced');
    await expect(page.getByText('server unreachable')).toHaveCount(0);
    await traffic.sendButton.click();
    await traffic.expectStates(['error', 'allowed']);
  });

  test('is told of when the browser is offline', async ({ context, traffic }) => {
    await context.setOffline(true);
    await expect(traffic.strip).toContainText('Floodgate has not answered since');
    await context.setOffline(false);
    await expect(traffic.strip).toContainText('Limits are enforced');
  });

  test('is asked again after a pause that began during the outage', async ({ page, traffic }) => {
    await page.clock.install();
    await traffic.open();
    const held: Route[] = [];
    let isHolding = false;
    await page.route(ANY_API, (route) => (isHolding ? void held.push(route) : route.abort()));
    await page.clock.runFor(7_000);
    await expect(traffic.strip).toContainText('Floodgate has not answered since');

    isHolding = true;
    await page.clock.runFor(2_500);
    await expect
      .poll(() => held.some((route) => route.request().url().endsWith('/rate-status')))
      .toBe(true);
    await page.keyboard.press('p');
    await expect(page.getByRole('button', { name: 'Resume polling (P)' })).toBeVisible();
    isHolding = false;
    for (const route of held) await route.abort();
    await page.clock.runFor(10_000);

    await page.unroute(ANY_API);
    await page.keyboard.press('p');
    await page.clock.runFor(10_000);
    await expect(traffic.strip).toContainText('Limits are enforced');
  });
});

test.describe('a proxy’s error page', () => {
  test.use({ expectedComplaints: [/^Failed to load resource: .* status of 502/] });

  test('counts as no answer', async ({ page, traffic }) => {
    await page.route(ANY_API, (route) =>
      route.fulfill({ status: 502, contentType: 'text/html', body: '<h1>Bad gateway</h1>' }),
    );
    await expect(traffic.strip).toContainText('Floodgate has not answered since');
    await traffic.sendButton.click();
    await traffic.expectStates(['error']);
    await traffic.blocks.first().click();
    await expect(traffic.dialog).toContainText('The server answered 502');
  });
});

test('a store that was never there: requests pass uncounted, and the page says so', async ({
  page,
  traffic,
}) => {
  const floodgate = await Floodgate.start('front door', {
    ...serverEnvironment,
    REDIS_URL: `redis://127.0.0.1:${await freePort()}`,
  });
  try {
    await page.goto(floodgate.url);
    await expect(traffic.strip).toContainText(/^redis has been unreachable since \d\d:\d\d:\d\d\./);
    await expect(page.getByRole('img', { name: 'Nothing is counted' })).toBeVisible();
    await traffic.burstButton.click();
    await traffic.expectStates(Array(8).fill('degraded'));
    await expect(traffic.announcement('8 requests: 8 allowed uncounted')).toBeAttached();
    await expect(page.getByText('8 requests: 8 allowed uncounted')).toBeAttached();
    await traffic.expectTotals(8, 8, 0);
    await expect(
      page.getByText('the policy fails open, so the request passed uncounted'),
    ).toBeVisible();
  } finally {
    await stopBehind(page, floodgate);
  }
});

test('a store that goes and comes back: the page follows by itself', async ({ page, traffic }) => {
  const redis = await RedisServer.start();
  const floodgate = await Floodgate.start('front door', {
    ...serverEnvironment,
    REDIS_URL: redis.url,
    RATE_LIMIT_WINDOW: '3600',
  });
  try {
    await page.goto(floodgate.url);
    await expect(traffic.strip).toContainText('counted in Redis and shared by all replicas');
    await traffic.sendButton.click();
    await traffic.expectStates(['allowed']);

    await redis.kill();
    await expect(traffic.strip).toContainText('no limit is enforced until it answers');
    await traffic.sendButton.click();
    await traffic.expectStates(['allowed', 'degraded']);

    await redis.restart();
    await expect(traffic.strip).toContainText('Limits are enforced');
    await traffic.sendButton.click();
    await traffic.expectStates(['allowed', 'degraded', 'allowed']);
    await expect(traffic.gauge(1)).toBeVisible();
  } finally {
    await stopBehind(page, floodgate);
    await redis.stop();
  }
});
