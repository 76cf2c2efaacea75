import type { Locator, Page } from '@playwright/test';
import { expectNoViolations } from './support/axe';
import { newClientAddress } from './support/client-address';
import { test as base, expect } from './support/own-server-test';
import { readVitals, watchVitals } from './support/page-vitals';
import { stopBehind } from './support/stop-behind';

const NO_SERVER =
  /^Failed to load resource: net::ERR_(CONNECTION_REFUSED|INCOMPLETE_CHUNKED_ENCODING)|^GET .*ERR_/;

interface Fixtures {
  /** Signed in, at a server that nobody else sends requests to. */
  readonly overview: OverviewPage;
}

class OverviewPage {
  readonly live: Locator;
  readonly filters: Locator;
  readonly chart: Locator;

  constructor(readonly page: Page) {
    this.live = page.getByRole('main').getByRole('status');
    this.filters = page.getByRole('list', { name: 'Filters' });
    this.chart = page.getByRole('region', { name: 'Requests', exact: true });
  }

  async open(query = ''): Promise<void> {
    await this.page.goto(`/overview${query}`);
    await expect(this.chart.locator('canvas')).toBeVisible();
  }

  figure(name: string): Locator {
    return this.page
      .getByRole('region', { name: /^Numbers of/ })
      .locator('div', { has: this.page.getByRole('term').filter({ hasText: name }) })
      .locator('dd > span')
      .first();
  }

  share(list: string, name: string): Locator {
    return this.page
      .getByRole('region', { name: list, exact: true })
      .getByRole('link', { name: new RegExp(`^${name}`) });
  }

  /** Seven requests of somebody: five are let in, whenever they come. */
  async burst(address = newClientAddress()): Promise<void> {
    for (let sent = 0; sent < 7; sent += 1) {
      await this.page.request.get('/ping', { headers: { 'X-Forwarded-For': address } });
    }
  }
}

const test = base.extend<Fixtures>({
  overview: async ({ page, operator: _ }, use) => {
    await use(new OverviewPage(page));
  },
});

// Recording a trace costs more than the page itself does.
test.use({ trace: 'off' });

test('tells everybody’s traffic as it comes, and whose it was', { tag: '@every-look' }, async ({
  overview,
  page,
}) => {
  await overview.open();
  await expect(overview.live).toHaveText('Live');
  await expect(page.getByText(/^No requests in the last 15 minutes/)).toBeVisible();
  await expect(overview.figure('Allowed')).toHaveText('0');

  await overview.burst('203.0.113.9');
  await expect(overview.figure('Allowed')).toHaveText('5');
  await expect(overview.figure('Denied')).toHaveText('2');
  await expect(overview.figure('Success rate')).toHaveText('100 %');
  await expect(page.getByText(/^No requests in/)).toHaveCount(0);

  await page.reload();
  await expect(overview.share('Routes', '/ping')).toContainText('✓ 5');
  await expect(overview.share('Policies', 'ping')).toContainText('✕ 2');
  const blocked = page.getByRole('region', { name: 'Blocked clients' });
  await expect(blocked).toContainText('203.0.113.9');
  await expect(blocked).toContainText('Counts are exact.');
  await expect(blocked.getByRole('link').first()).toHaveAttribute(
    'href',
    '/requests?identity=203.0.113.9&verdict=denied',
  );
  const health = page.getByRole('list', { name: 'Health' });
  for (const part of ['Store memory', 'Configuration version', 'Upstreams', 'Replicas 1 live']) {
    await expect(health.getByRole('link', { name: part })).toBeVisible();
  }
  await expectNoViolations(page);
});

test('a click narrows it down, the address carries it, and one can go back', async ({
  overview,
  page,
}) => {
  await overview.burst();
  await page.request.get('/api/v1/stock-price');
  await overview.open('?range=5m');
  await expect(overview.figure('Allowed')).toHaveText('6');

  await overview.share('Routes', '/api/v1/stock-price').click();
  await expect(page).toHaveURL('/overview?range=5m&route=%2Fapi%2Fv1%2Fstock-price');
  await expect(overview.figure('Allowed')).toHaveText('1');
  await expect(overview.filters.getByRole('link')).toHaveAccessibleName(
    'Remove filter: route /api/v1/stock-price',
  );
  await page.getByText('1 h', { exact: true }).click();
  await expect(page).toHaveURL('/overview?range=1h&route=%2Fapi%2Fv1%2Fstock-price');
  await page.goBack();
  await page.goBack();
  await expect(page).toHaveURL('/overview?range=5m');
  await expect(overview.figure('Allowed')).toHaveText('6');

  await page.getByRole('link', { name: 'Denied', exact: true }).click();
  await expect(page).toHaveURL('/overview?range=5m&verdict=denied');
  await expect(overview.chart).not.toContainText('allowed');
  await page.reload();
  await overview.filters.getByRole('link', { name: 'Remove filter: only denied' }).click();
  await expect(page).toHaveURL('/overview?range=5m');
});

test('a range is brushed with the pointer, and given back by its chip', async ({
  overview,
  page,
}) => {
  await overview.open();
  const plot = await overview.chart.locator('.u-over').boundingBox();
  if (plot === null) throw new Error('no plot');
  const y = plot.y + plot.height / 2;
  await page.mouse.move(plot.x + plot.width * 0.25, y);
  await page.mouse.down();
  await page.mouse.move(plot.x + plot.width * 0.75, y, { steps: 4 });
  await page.mouse.up();
  await expect(page).toHaveURL(/\?from=\d+&to=\d+$/);
  const { searchParams } = new URL(page.url());
  const seconds = Number(searchParams.get('to')) - Number(searchParams.get('from'));
  expect(seconds).toBeGreaterThan(400);
  expect(seconds).toBeLessThan(500);
  await expect(overview.live).toContainText('stands still');
  await expect(page.getByRole('button', { name: 'Pause (P)' })).toHaveCount(0);
  await page.keyboard.press('p');
  await overview.filters.getByRole('link', { name: /^Remove filter: Time/ }).click();
  await expect(page).toHaveURL('/overview');
  await expect(overview.live).toHaveText('Live');
});

test('the keyboard reads the points and takes a range', async ({ overview, page }) => {
  await overview.open();
  const cursor = overview.chart.getByRole('slider');
  await cursor.focus();
  await page.keyboard.press('ArrowLeft');
  await expect(cursor).toHaveAttribute(
    'aria-valuetext',
    /^\d\d:\d\d:\d\d: allowed 0, denied 0, errors 0$/,
  );
  for (let step = 0; step < 9; step += 1) await page.keyboard.press('Shift+ArrowLeft');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\?from=\d+&to=\d+$/);
  const { searchParams } = new URL(page.url());
  expect(Number(searchParams.get('to')) - Number(searchParams.get('from'))).toBe(10);
});

test('a pause freezes all of it, and going on catches up', async ({ overview, page }) => {
  await overview.burst();
  await overview.open();
  await expect(overview.figure('Allowed')).toHaveText('5');
  await page.keyboard.press('p');
  await expect(overview.live).toContainText(/^Paused at \d\d:\d\d:\d\d$/);
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await overview.burst();
  await expect(overview.figure('Allowed')).toHaveText('5');
  await page.getByRole('button', { name: 'Resume (P)' }).click();
  await expect(overview.live).toHaveText('Live');
  await expect(overview.figure('Allowed')).toHaveText('10');
  expect(asked.filter((url) => url.includes('/live'))).toHaveLength(1);
});

test.describe('a server that goes away', () => {
  test.use({ expectedComplaints: [NO_SERVER] });

  test('is told of, with the time, and what was known stays', async ({
    overview,
    page,
    floodgate,
  }) => {
    await overview.burst();
    await overview.open();
    await expect(overview.figure('Denied')).toHaveText('2');
    await floodgate.stop();
    await expect(overview.live).toContainText(
      /^Connection lost at \d\d:\d\d:\d\d; trying again\.$/,
    );
    await expect(overview.figure('Denied')).toHaveText('2');
    const health = page.getByRole('list', { name: 'Health' });
    await expect(health.getByText('not known')).toHaveCount(4);
    await stopBehind(page, floodgate);
  });
});

test('names from outside are text and nothing else', async ({ overview, page }) => {
  const name = '<img src=x onerror=alert(1)>';
  await overview.open(`?route=${encodeURIComponent(name)}`);
  await expect(overview.filters).toContainText(name);
  await expect(page.locator('main img')).toHaveCount(0);
});

test('seconds that pass move nothing', async ({ overview, page }) => {
  await overview.open('?range=5m');
  await expect(overview.live).toHaveText('Live');
  await watchVitals(page);
  await overview.burst();
  await expect(overview.figure('Denied')).toHaveText('2');
  await overview.share('Routes', '/ping').waitFor({ timeout: 15_000 });
  expect((await readVitals(page)).layoutShift).toBeLessThan(0.01);
});

for (const width of [390, 320]) {
  test(`nothing scrolls sideways at ${width} px`, { tag: '@phone' }, async ({ overview, page }) => {
    await page.setViewportSize({ width, height: 844 });
    await overview.burst('2001:db8:ffff:ffff:ffff:ffff:ffff:ffff');
    await overview.open(`?route=${'a-long-name-'.repeat(9)}&verdict=denied`);
    await expect(overview.filters).toBeVisible();
    const excess = () =>
      page.evaluate(() => {
        const { scrollWidth, clientWidth } = document.documentElement;
        return scrollWidth - clientWidth;
      });
    expect(await excess()).toBe(0);
    await overview.open();
    await expect(overview.share('Policies', 'ping')).toBeVisible();
    expect(await excess()).toBe(0);
  });
}
