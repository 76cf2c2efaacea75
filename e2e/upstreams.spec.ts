import { once } from 'node:events';
import type { Server } from 'node:http';
import type { Locator, Page } from '@playwright/test';
import { z } from 'zod';
import { createBackend } from '../examples/backend/backend';
import { expectNoViolations } from './support/axe';
import { test as base, expect } from './support/control-test';
import { countRequests, setVisibility } from './support/hidden-page';
import { readVitals, watchVitals } from './support/page-vitals';

interface Backend {
  readonly url: string;
  /** Answers everything with 503 from now on, or no longer. */
  fail(failing: boolean): Promise<void>;
}

interface Fixtures {
  /** Two services of this test alone. */
  readonly backends: readonly [Backend, Backend];
  /** Puts something into the configuration, as the operator who is signed in. */
  readonly put: (kind: 'upstreams' | 'routes', entity: Entity) => Promise<void>;
}

interface Entity {
  readonly name: string;
  readonly [member: string]: unknown;
}

const addressSchema = z.object({ port: z.int() });

const test = base.extend<Fixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from it.
  backends: async ({}, use) => {
    const servers = ['one', 'two'].map((name) => createBackend({ name }).listen(0, '127.0.0.1'));
    await Promise.all(servers.map((server) => once(server, 'listening')));
    const [one, two] = servers.map(backendOf);
    if (one !== undefined && two !== undefined) await use([one, two]);
    for (const server of servers) {
      server.close();
      server.closeAllConnections();
    }
  },
  put: async ({ page, operator: _ }, use) => {
    await use(async (kind, entity) => {
      const path = `/api/v1/admin/${kind}/${entity.name}`;
      const response = await page.request.put(path, { data: entity });
      expect(response.ok(), await response.text()).toBe(true);
    });
  },
});

function backendOf(server: Server): Backend {
  const { port } = addressSchema.parse(server.address());
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    async fail(failing) {
      const response = await fetch(`${url}/control`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ failing }),
      });
      expect(response.ok).toBe(true);
    },
  };
}

/** `/api/<name>/info` leads to `/api/info` of the upstream. */
function routeTo(name: string) {
  return {
    name,
    upstream: name,
    match: { paths: [`/api/${name}/*`] },
    strip_prefix: `/api/${name}`,
    add_prefix: '/api',
  };
}

/** Opens the page and waits for the panel of an upstream. */
async function watch(page: Page, name: string): Promise<Locator> {
  await page.goto('/upstreams');
  await page.getByLabel('Find upstreams').fill(name);
  const panel = page.getByRole('region', { name, exact: true });
  await expect(panel.getByText('Breaker closed')).toBeVisible();
  return panel;
}

test('a target that fails its checks goes out and comes back, and nothing jumps', async ({
  page,
  backends,
  put,
  name,
}) => {
  const [one, two] = backends;
  await put('upstreams', {
    name,
    targets: [{ url: one.url }, { url: two.url }],
    health_check: { interval_ms: 200, unhealthy_after: 2, healthy_after: 2 },
  });
  const panel = await watch(page, name);
  const row = panel.getByRole('row', { name: new RegExp(two.url) });
  await expect(row).toContainText('healthy');
  await watchVitals(page);
  await two.fail(true);
  await expect(row).toContainText('unhealthy');
  await expect(row).toContainText('503');
  await expect(panel.getByRole('row', { name: new RegExp(one.url) })).not.toContainText(
    'unhealthy',
  );
  await expect(panel.getByText('Requests pass.')).toBeVisible();
  await one.fail(true);
  await expect(panel.getByText('No target is well')).toBeVisible();
  await one.fail(false);
  await expect(panel.getByText('Requests pass.')).toBeVisible();
  await two.fail(false);
  await expect(row).not.toContainText('unhealthy');
  expect((await readVitals(page)).layoutShift).toBe(0);
});

test('a page that is hidden asks nothing', async ({ page, backends, put, name }) => {
  await put('upstreams', { name, targets: backends.map(({ url }) => ({ url })) });
  await page.clock.install();
  await watch(page, name);
  const polls = countRequests(page, '/upstream-status');
  await page.clock.runFor(3_500);
  await expect.poll(polls).toBeGreaterThanOrEqual(2);
  await setVisibility(page, 'hidden');
  const before = polls();
  await page.clock.runFor(30_000);
  expect(polls() - before).toBeLessThanOrEqual(1);
});

test('a tripped upstream answers 503 until it is reset', async ({
  page,
  operator,
  backends,
  put,
  name,
}) => {
  await put('upstreams', { name, targets: backends.map(({ url }) => ({ url })) });
  await put('routes', routeTo(name));
  const path = `/api/${name}/info`;
  await expect.poll(() => operator.statuses(path, 1)).toEqual([200]);

  const panel = await watch(page, name);
  const reset = panel.getByRole('button', { name: `Reset ${name}` });
  await expect(panel.getByRole('row', { name: new RegExp(`^${name}`) })).toContainText(
    `/api/${name}/example`,
  );
  await expect(reset).toBeDisabled();
  await panel.getByRole('button', { name: `Trip ${name}…` }).click();
  await expect(operator.question).toContainText('Every request to it will get 503');
  await expect(operator.question).toContainText(`Routes that lead to it: ${name}.`);
  await operator.question.getByRole('button', { name: 'Cancel' }).click();
  await expect(panel.getByText('Breaker closed')).toBeVisible();

  await panel.getByRole('button', { name: `Trip ${name}…` }).click();
  await operator.question.getByRole('button', { name: 'Trip' }).click();
  await expect(panel.getByText('Tripped by a person')).toBeVisible();
  await expect(reset).toBeFocused();
  expect(await operator.statuses(path, 2)).toEqual([503, 503]);

  await reset.click();
  await expect(panel.getByText('Breaker closed')).toBeVisible();
  await expect(reset).toBeDisabled();
  await expect(reset).toBeFocused();
  expect(await operator.statuses(path, 1)).toEqual([200]);
});

test('a breaker that opens by itself counts down to its probe', async ({
  page,
  operator,
  backends: [only],
  put,
  name,
}) => {
  await put('upstreams', {
    name,
    targets: [{ url: only.url }],
    retries: { most: 0 },
    breaker: { least_requests: 3, open_ms: 4_000 },
  });
  await put('routes', routeTo(name));
  const path = `/api/${name}/info`;
  await expect.poll(() => operator.statuses(path, 1)).toEqual([200]);
  const panel = await watch(page, name);
  await only.fail(true);
  await operator.statuses(path, 4);
  await expect(panel.getByText('Breaker open')).toBeVisible();
  await expect(panel.getByText(/probe in \d s/)).toBeVisible();
  await expect(panel.getByRole('img', { name: /^Failures: / })).toBeVisible();

  await only.fail(false);
  await expect(panel.getByText('the next one is the probe')).toBeVisible();
  await expect.poll(() => operator.statuses(path, 1)).toEqual([200]);
  await expect(panel.getByText('Breaker closed')).toBeVisible();
});

test('routes beyond the first are shown on demand', async ({ page, backends, put, name }) => {
  await put('upstreams', { name, targets: backends.map(({ url }) => ({ url })) });
  const names = Array.from({ length: 21 }, (_, index) => `${name}-${10 + index}`);
  for (const route of names) {
    await put('routes', {
      name: route,
      upstream: name,
      match: { paths: [`/api/${name}/${route}`] },
    });
  }
  const panel = await watch(page, name);
  const last = panel.getByRole('link', { name: `${name}-30` });
  await expect(panel.getByRole('link', { name: `${name}-29` })).toBeVisible();
  await expect(last).toHaveCount(0);
  await panel.getByRole('button', { name: 'Show all 21 routes' }).click();
  await expect(last).toBeVisible();
  await expect(panel.getByRole('row', { name: new RegExp(`${name}-30`) })).toContainText(
    'unchanged',
  );
});

test('a route that takes the same requests as another says which of them wins', async ({
  page,
  backends: [only],
  put,
  name,
}) => {
  await put('upstreams', { name, targets: [{ url: only.url }] });
  await put('routes', routeTo(name));
  await page.goto(`/upstreams/routes/new?upstream=${name}`);
  await expect(page.getByLabel('Paths')).toHaveValue('');
  await expect(page.getByRole('checkbox', { name: 'TRACE' })).toHaveCount(0);
  await page.getByLabel('Name', { exact: true }).fill(`${name}-too`);
  await expect(page.getByLabel('Paths')).toHaveAccessibleDescription(/Enter at least one/);
  await page.getByLabel('Paths').fill(`/api/${name}/*`);
  await expect(
    page.getByText(`${name} takes requests to /api/${name}/* too and wins`),
  ).toBeVisible();
  await page.getByLabel('Name', { exact: true }).fill('a');
  await expect(page.getByText(`too and would lose them to this one`)).toBeVisible();
  await page.getByLabel('Paths').fill(`/api/${name}/below/*`);
  await expect(page.getByText('takes requests to')).toHaveCount(0);
});

test.describe('forms', () => {
  test.use({ expectedComplaints: [/^Failed to load resource: .* status of 400/] });

  test('make an upstream and a route that work, and take them away again', async ({
    page,
    operator,
    backends: [only],
    name,
  }) => {
    await operator.page.goto('/upstreams');
    await page.getByRole('link', { name: 'New upstream' }).click();
    await page.getByLabel('Name', { exact: true }).fill(name);
    const url = page.getByLabel('URL');
    await url.fill(`${only.url}/below`);
    await expect(url).toHaveAccessibleDescription('use scheme, host and port only');
    await url.fill(only.url);
    await page.getByText('Circuit breaker').click();
    const slowMs = page.getByLabel('Slow from');
    await expect(slowMs).toHaveValue('5');
    await slowMs.fill('');
    await expect(slowMs).toHaveAccessibleDescription('Enter a number.');
    await page.getByRole('button', { name: 'Create upstream' }).click();
    await expect(page.getByText('It was not saved.')).toBeVisible();
    await expect(slowMs).toBeFocused();
    await slowMs.fill('2.5');
    await expect(page.getByText(/80 % slower than 2.5 s/)).toBeVisible();
    await page.getByText('Upgrades', { exact: true }).click();
    const protocols = page.getByLabel('Protocols');
    await expect(protocols).toHaveValue('websocket');
    await protocols.fill('websocket\nh2c');
    await expect(protocols).toHaveAccessibleDescription(/Line 2: .* would meet no policy/);
    await protocols.fill('websocket\nmqtt');
    await expect(page.getByText('to websocket, mqtt')).toBeVisible();
    await page.getByRole('button', { name: 'Create upstream' }).click();
    await page.waitForURL(`/upstreams/${name}`);

    await page.goto('/upstreams');
    await page.getByRole('link', { name: `New route to ${name}` }).click();
    await page.getByLabel('Name', { exact: true }).fill(name);
    await page.getByLabel('Paths').fill(`/api/${name}/*`);
    await expect(page.getByLabel('Upstream')).toHaveValue(name);
    await page.getByLabel('Strip prefix').fill(`/api/${name}`);
    await page.getByLabel('Add prefix').fill('/api');
    await expect(page.getByText('/api/example', { exact: true })).toBeVisible();
    await page.getByRole('button', { name: 'Create route' }).click();
    await page.waitForURL(`/upstreams/routes/${name}`);
    await expect.poll(() => operator.statuses(`/api/${name}/info`, 1)).toEqual([200]);

    await page.goto(`/upstreams/${name}`);
    await expect(page.getByText('Routes that lead to it keep it from being deleted')).toBeVisible();
    await expect(page.getByRole('button', { name: 'Delete…' })).toBeDisabled();
    await page.getByRole('link', { name, exact: true }).click();
    await page.waitForURL(`/upstreams/routes/${name}`);
    await page.getByRole('button', { name: 'Delete…' }).click();
    await operator.question.getByRole('button', { name: 'Delete route' }).click();
    await expect(page.getByRole('heading', { name: 'Upstreams', level: 1 })).toBeVisible();
    await page.goto(`/upstreams/${name}`);
    await page.getByRole('button', { name: 'Delete…' }).click();
    await operator.question.getByRole('button', { name: 'Delete upstream' }).click();
    await expect(page.getByRole('heading', { name: 'Upstreams', level: 1 })).toBeVisible();
    await page.getByLabel('Find upstreams').fill(name);
    await expect(page.getByText(`Nothing matches “${name}”`)).toBeVisible();
  });
});

test.describe('while the server does not answer', () => {
  test.use({ expectedComplaints: [/net::ERR_FAILED/] });

  test('the last status stays, says when it was, and can be told nothing', async ({
    page,
    backends,
    put,
    name,
  }) => {
    await put('upstreams', { name, targets: backends.map(({ url }) => ({ url })) });
    const panel = await watch(page, name);
    await page.route(/\/(health|api)/, (route) => route.abort());
    await expect(page.getByText('How they are now is not known')).toBeVisible();
    await expect(panel.getByRole('button', { name: `Trip ${name}…` })).toBeDisabled();
    await expect(panel.getByText('Breaker closed')).toBeVisible();
    await page.unroute(/\/(health|api)/);
    await expect(page.getByText('How they are now is not known')).toHaveCount(0);
    await expect(panel.getByRole('button', { name: `Trip ${name}…` })).toBeEnabled();
  });
});

test.describe('axe finds nothing, and nothing scrolls sideways', { tag: '@every-look' }, () => {
  test.afterEach(async ({ page }) => {
    await expectNoViolations(page);
    const sideways = await page.evaluate(() => {
      scrollTo(10_000, scrollY);
      return scrollX;
    });
    expect(sideways).toBe(0);
  });

  test('on Upstreams, and on the question before tripping', async ({
    page,
    operator,
    backends,
    put,
    name,
  }) => {
    await put('upstreams', {
      name,
      description: 'A service of two',
      targets: [...backends.map(({ url }) => ({ url })), { url: 'http://127.0.0.1:9', weight: 0 }],
      health_check: { interval_ms: 200, unhealthy_after: 1 },
    });
    await put('routes', {
      ...routeTo(name),
      match: { paths: [`/api/${name}/:id`, '/x', '/y', '/z'] },
    });
    const panel = await watch(page, name);
    await expect(panel.getByRole('row', { name: /127\.0\.0\.1:9/ })).toContainText('unhealthy');
    await expectNoViolations(page);
    await panel.getByRole('button', { name: `Trip ${name}…` }).click();
    await expect(operator.question).toBeVisible();
  });

  test('on an upstream with a fault in its settings', async ({ page, backends, put, name }) => {
    await put('upstreams', {
      name,
      targets: backends.map(({ url }) => ({ url })),
      health_check: {},
    });
    await put('routes', routeTo(name));
    await page.goto(`/upstreams/${name}`);
    await expect(page.getByRole('link', { name, exact: true })).toBeVisible();
    for (const title of ['Health check', 'Circuit breaker', 'Timeouts', 'Upgrades']) {
      await page.getByText(title, { exact: true }).click();
    }
    await page.getByLabel('First byte').fill('');
    await expect(page.getByLabel('First byte')).toHaveAttribute('aria-invalid', 'true');
  });

  test('on a route', async ({ page, backends, put, name }) => {
    await put('upstreams', { name, targets: backends.map(({ url }) => ({ url })) });
    await put('routes', routeTo(name));
    await put('routes', { ...routeTo(name), name: `${name}-too` });
    await page.goto(`/upstreams/routes/${name}`);
    await expect(page.getByLabel('Upstream')).toHaveValue(name);
    await expect(page.getByText('would lose them to this one')).toBeVisible();
    await page.getByLabel('Strip prefix').fill('no-slash');
    await expect(page.getByLabel('Strip prefix')).toHaveAttribute('aria-invalid', 'true');
  });
});
