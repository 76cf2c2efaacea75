import { once } from 'node:events';
import { request } from 'node:http';
import type { Locator, Page } from '@playwright/test';
import { SignJWT } from 'jose';
import { z } from 'zod';
import { Floodgate } from '../tests/support/floodgate';
import { expectNoViolations } from './support/axe';
import { test as base, expect, hourlyPolicy } from './support/control-test';
import { Operator } from './support/operator';
import { readVitals, watchVitals } from './support/page-vitals';
import { serverEnvironment } from './support/servers';
import { stopBehind } from './support/stop-behind';

const PATH = '/api/v1/stock-price';
const identitySchema = z.object({ identifier: z.string() });

/** Requests of this test's client alone: others use the same server. */
class RequestsPage {
  readonly search: Locator;
  readonly rows: Locator;
  readonly links: Locator;
  readonly sheet: Locator;

  constructor(
    readonly page: Page,
    readonly identity: string,
  ) {
    this.search = page.getByRole('searchbox', { name: 'Request id or identity' });
    this.rows = page.getByRole('row').filter({ has: page.getByRole('link') });
    this.links = this.rows.getByRole('link');
    this.sheet = page.getByRole('dialog', { name: 'Request' });
  }

  /** Opens the page and waits until it tells what happens. */
  async open(query: Readonly<Record<string, string>> = {}): Promise<void> {
    await this.page.goto(`/requests?${new URLSearchParams({ search: this.identity, ...query })}`);
    await expect(this.state('Live')).toBeVisible();
    await expect(this.page.getByText('asked 1 of 1 replica')).toBeVisible();
  }

  state(words: string): Locator {
    return this.page.getByRole('status').filter({ hasText: words });
  }

  /** Sends requests one after another. @returns their ids */
  async send(count: number, path = PATH): Promise<string[]> {
    const ids: string[] = [];
    for (let sent = 0; sent < count; sent += 1) {
      const response = await this.page.request.get(path);
      ids.push(response.headers()['x-request-id'] ?? '');
    }
    return ids;
  }
}

const test = base.extend<{ readonly requests: RequestsPage }>({
  requests: async ({ page, operator: _ }, use) => {
    const status = await page.request.get('/api/v1/rate-status');
    await use(new RequestsPage(page, identitySchema.parse(await status.json()).identifier));
  },
});

test('a request comes in as it is answered, and tells why', async ({ page, requests }) => {
  await requests.open();
  await expect(page.getByText('No such request is kept')).toBeVisible();
  const [id = ''] = await requests.send(1);
  await expect(requests.rows).toHaveCount(1);
  await expect(requests.rows).toContainText(/allowed.*200.*GET.*stock-price/);

  await requests.links.click();
  await expect(requests.sheet).toContainText(id);
  await expect(requests.sheet.getByText('Matching policies, in order')).toBeVisible();
  await expect(requests.sheet.getByRole('link', { name: 'stock-price' })).toBeVisible();
  await expect(requests.sheet).toContainText(`curl -i '${new URL(page.url()).origin}${PATH}'`);
  expect(new URL(page.url()).searchParams.get('request')).toBe(id);

  await page.keyboard.press('Escape');
  await expect(requests.sheet).toHaveCount(0);
  await expect(page).not.toHaveURL(/request=/);
  await page.goForward();
  await expect(requests.sheet).toContainText(id);
  await page.reload();
  await expect(requests.sheet.getByRole('link', { name: 'stock-price' })).toBeVisible();
});

test('nothing moves under who reads: what is new waits behind a count', async ({
  page,
  requests,
}) => {
  await requests.open();
  await requests.send(2);
  await expect(requests.rows).toHaveCount(2);
  await requests.rows.last().hover();
  await expect(requests.state('Held while you read')).toBeVisible();
  await requests.send(4);
  const pill = page.getByRole('button', { name: '4 new requests' });
  await expect(pill).toBeVisible();
  await expect(requests.rows).toHaveCount(2);
  await pill.click();
  await expect(requests.rows).toHaveCount(6);

  await page.mouse.move(10, 10);
  await expect(requests.state('Live')).toBeVisible();
  await page.keyboard.press('p');
  await expect(requests.state('Paused')).toBeVisible();
  await requests.send(1);
  await expect(page.getByRole('button', { name: '1 new request' })).toBeVisible();
  await page.keyboard.press('p');
  await expect(requests.rows).toHaveCount(7);
});

test('filters hold for what is kept and for what comes, and live in the address', async ({
  page,
  requests,
  name,
  admin,
}) => {
  // Two of an hour are let in, and lead nowhere.
  await admin.put('policies', hourlyPolicy(name));
  const path = `/api/${name}/x`;
  await requests.open();
  await requests.send(4, path);
  await expect(requests.rows).toHaveCount(4);
  await page.getByLabel('Verdict').selectOption('denied');
  await expect(requests.rows).toHaveCount(2);
  await expect(page).toHaveURL(/verdict=denied/);
  await requests.send(1, path);
  await expect(requests.rows).toHaveCount(3);

  await page.reload();
  await expect(requests.rows).toHaveCount(3);
  await expect(page.getByText('3 found among what is kept: asked 1 of 1 replica')).toBeVisible();
  await page.goBack();
  await expect(requests.rows).toHaveCount(5);
  await page.getByLabel('Policy').selectOption(name);
  await expect(requests.rows).toHaveCount(5);
  await page.getByLabel('Policy').selectOption('ping');
  await expect(requests.rows).toHaveCount(0);
  await page.getByRole('button', { name: 'Clear', exact: true }).click();
  await expect(page).toHaveURL(/\/requests$/);
});

test('a request is found by its id', async ({ page, requests }) => {
  const ids = await requests.send(2);
  await page.goto('/requests');
  await requests.search.fill(ids[0] ?? '');
  await expect(requests.rows).toHaveCount(1);
  await expect(page).toHaveURL(new RegExp(`search=${ids[0]}`));
});

test('the question mark lists the keys of this page', async ({ page, requests }) => {
  await requests.open();
  await page.keyboard.press('?');
  const list = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await expect(list).toContainText('Next request');
  await page.keyboard.press('Escape');
  await expect(list).toHaveCount(0);
});

test('keys find, move, open and leave', async ({ page, requests }) => {
  await requests.send(3);
  await requests.open();
  await expect(requests.rows).toHaveCount(3);
  await page.keyboard.press('j');
  await expect(requests.links.nth(0)).toBeFocused();
  await page.keyboard.press('j');
  await page.keyboard.press('ArrowDown');
  await expect(requests.links.nth(2)).toBeFocused();
  await page.keyboard.press('k');
  await expect(requests.links.nth(1)).toBeFocused();
  await expect(page.locator('tbody a[tabindex="0"]')).toHaveCount(1);
  await page.keyboard.press('Enter');
  await expect(requests.sheet).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(requests.links.nth(1)).toBeFocused();
  await page.keyboard.press('/');
  await expect(requests.search).toBeFocused();
});

test.describe('a request that is no longer kept', () => {
  test.use({ expectedComplaints: [/^Failed to load resource: .* status of 404/] });

  test('says so', async ({ page, requests }) => {
    await page.goto('/requests?request=long-gone');
    await expect(requests.sheet).toContainText('No replica keeps this request any more');
    await page.keyboard.press('Escape');
    await expect(page).toHaveURL(/\/requests$/);
  });
});

test('a flood leaves the page bounded, and shifts nothing', async ({ page, requests }) => {
  await requests.open();
  await requests.send(1);
  await expect(requests.rows).toHaveCount(1);
  await watchVitals(page);
  const headers = { 'X-Forwarded-For': requests.identity.replace('::/64', '::1') };
  const target = new URL(PATH, page.url());
  for (let round = 0; round < 30; round += 1) {
    await Promise.all(
      Array.from({ length: 20 }, async () => (await fetch(target, { headers })).arrayBuffer()),
    );
  }
  // How many are shown one by one is the sampler's to say, and at most 500 stay.
  await expect(page.getByRole('table', { name: 'Requests' })).toHaveAttribute(
    'aria-rowcount',
    /^[1-5]\d\d$/,
  );
  expect(await page.locator('tbody tr').count()).toBeLessThan(100);
  expect((await readVitals(page)).layoutShift).toBeLessThan(0.001);
});

test('what clients chose is text, whatever it says', async ({ page }) => {
  const secret = 'a secret of thirty-two bytes, or more';
  const floodgate = await Floodgate.start('front door', {
    ...serverEnvironment,
    JWT_SECRET: secret,
  });
  try {
    const user = '<img src=x onerror=alert(1)>\u202Egnp.exe';
    const token = await new SignJWT({ sub: user })
      .setProtectedHeader({ alg: 'HS256' })
      .setExpirationTime('1h')
      .sign(new TextEncoder().encode(secret));
    const path = `/api/<img/src=x/onerror=alert(2)>/${'long-'.repeat(40)}`;
    const sent = request(floodgate.url, { path, headers: { authorization: `Bearer ${token}` } });
    const [response] = await once(sent.end(), 'response');
    response.resume();

    await page.goto(`${floodgate.url}/requests`);
    const operator = new Operator(page);
    await signIn(operator, floodgate.url);
    await page.goto(`${floodgate.url}/requests`);
    const row = page.getByRole('row', { name: /onerror/ });
    await expect(row).toContainText('<img src=x onerror=alert(1)><U+202E>gnp.exe');
    await expect(row).toContainText(/img.*src=x/);
    await row.getByRole('link').click();
    await expect(operator.dialog).toContainText('<U+202E>gnp.exe');
    await expect(operator.dialog).toContainText('long-long-');
    for (const width of [1280, 320]) {
      await page.setViewportSize({ width, height: 800 });
      expect(await page.locator('img').count()).toBe(0);
      const { wide } = await page.evaluate(() => ({
        wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
      }));
      expect(wide).toBeLessThanOrEqual(0);
    }
  } finally {
    await stopBehind(page, floodgate);
  }
});

async function signIn({ page }: Operator, url: string): Promise<void> {
  const { ADMIN_TOKEN: token } = serverEnvironment;
  const response = await page.request.post(`${url}/api/v1/admin/session`, { data: { token } });
  expect(response.status()).toBe(200);
}

test.describe('axe finds nothing, and nothing scrolls sideways', { tag: '@every-look' }, () => {
  test.afterEach(async ({ page }) => {
    await expectNoViolations(page);
    const sideways = await page.evaluate(() => {
      scrollTo(10_000, scrollY);
      return scrollX;
    });
    expect(sideways).toBe(0);
  });

  test('on the list, held and live', async ({ requests }) => {
    await requests.send(6);
    await requests.open();
    await expect(requests.rows).toHaveCount(6);
  });

  test('on an open request', async ({ requests }) => {
    await requests.send(6);
    await requests.open();
    await requests.links.first().click();
    await expect(requests.sheet.getByRole('link', { name: 'stock-price' })).toBeVisible();
  });

  test('where nothing was found', async ({ page, requests }) => {
    await requests.open({ search: 'nobody-at-all' });
    await expect(page.getByText('No such request is kept')).toBeVisible();
  });
});
