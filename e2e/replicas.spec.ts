import { join } from 'node:path';
import { Floodgate } from '../tests/support/floodgate';
import { RedisServer } from '../tests/support/redis';
import { expectNoViolations } from './support/axe';
import { expect, test } from './support/control-test';
import { countRequests, setVisibility } from './support/hidden-page';
import { readVitals, watchVitals } from './support/page-vitals';
import { serverEnvironment } from './support/servers';

interface Fleet {
  /** Serves the pages. */
  readonly first: Floodgate;
  readonly second: Floodgate;
}

const fleetTest = test.extend<{ readonly fleet: Fleet }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from it.
  fleet: async ({}, use) => {
    const redis = await RedisServer.start();
    const shared = { ...serverEnvironment, REDIS_URL: redis.url };
    const first = await Floodgate.start('front door', { ...shared, FLOODGATE_REPLICA: 'first' });
    const second = await Floodgate.start('front door', {
      ...shared,
      FLOODGATE_REPLICA: 'second',
      FLOODGATE_ROLE: 'gateway',
      FLOODGATE_CONFIG: join(first.folder, 'floodgate.config.json'),
    });
    await use({ first, second });
    await second.stop();
    await first.stop();
    await redis.stop();
  },
  baseURL: ({ fleet }, use) => use(fleet.first.url),
});

fleetTest(
  'every replica is listed, missed while it hangs, and back when it goes on',
  async ({ page, operator: _, fleet }) => {
    await page.goto('/replicas');
    const row = page.getByRole('row', { name: /^second/ });
    await expect(row).toContainText('live');
    await expect(row).toContainText('gateway,');
    await expect(row).toContainText(/redis/);
    await expect(page.getByRole('row', { name: /^first/ })).toContainText('answers you');
    await expect(page.getByText('This replica runs alone')).toHaveCount(0);
    await watchVitals(page);
    process.kill(fleet.second.pid, 'SIGSTOP');
    await expect(row).toContainText('silent');
    await expect(row).toContainText(/for \d+ s/);
    process.kill(fleet.second.pid, 'SIGCONT');
    await expect(row).toContainText('live');
    expect((await readVitals(page)).layoutShift).toBe(0);
    await page.getByRole('link', { name: 'first' }).click();
    await expect(page).toHaveURL(/\/overview\?replica=first$/);
  },
);

fleetTest(
  'a replica that stops in order is gone at once, and the other says how to run more',
  async ({ page, operator: _, fleet }) => {
    await page.goto('/replicas');
    await expect(page.getByRole('row', { name: /^second/ })).toBeVisible();
    await fleet.second.stop();
    await expect(page.getByRole('row', { name: /^second/ })).toHaveCount(0);
    await expect(page.getByText('This replica runs alone')).toBeVisible();
  },
);

fleetTest(
  'an upstream tells of its breaker on every replica',
  async ({ page, operator, fleet: _ }) => {
    await page.goto('/upstreams');
    const panel = page.getByRole('region', { name: 'demo', exact: true });
    await expect(panel.getByText('Closed on all 2 replicas')).toBeVisible();
    await panel.getByRole('button', { name: 'Trip demo…' }).click();
    await operator.question.getByRole('button', { name: 'Trip' }).click();
    await expect(panel.getByText('Open on 2 of 2 replicas')).toBeVisible();
    await expect(panel.getByRole('listitem').filter({ hasText: 'second' })).toContainText(
      'open, tripped',
    );
  },
);

test.describe('axe finds nothing', { tag: '@every-look' }, () => {
  test('on a replica alone', async ({ page, operator: _ }) => {
    await page.goto('/replicas');
    await expect(page.getByText('This replica runs alone')).toBeVisible();
    await expect(page.getByRole('row', { name: /e2e/ })).toContainText('live');
    await expectNoViolations(page);
  });
});

test.describe('a server that does not answer', () => {
  test.use({ expectedComplaints: [/^Failed to load resource: net::ERR_FAILED/] });

  test('leaves what was known, with its age', async ({ page, operator: _ }) => {
    await page.goto('/replicas');
    const row = page.getByRole('row', { name: /e2e/ });
    await expect(row).toContainText('live');
    await page.route('**/admin/replicas', (route) => route.abort());
    await expect(page.getByText('How they are now is not known')).toBeVisible();
    await expect(row).toBeVisible();
    await page.unroute('**/admin/replicas');
    await expect(page.getByText('How they are now is not known')).toHaveCount(0);
  });
});

test('a page that is hidden asks nothing', async ({ page, operator: _ }) => {
  await page.clock.install();
  await page.goto('/replicas');
  await expect(page.getByRole('row', { name: /e2e/ })).toBeVisible();
  const polls = countRequests(page, '/admin/replicas');
  await page.clock.runFor(5_000);
  await expect.poll(polls).toBeGreaterThanOrEqual(2);
  await setVisibility(page, 'hidden');
  const before = polls();
  await page.clock.runFor(30_000);
  expect(polls() - before).toBeLessThanOrEqual(1);
});
