import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ADMIN_TOKEN, Floodgate } from '../support/floodgate';
import { PostgresServer } from '../support/postgres';
import { RedisServer } from '../support/redis';

/** Within which a change is in force everywhere, ms; what is measured is in docs/benchmarks.md. */
const SOON = { timeout: 5_000, interval: 10 };

const policy = (name: string, path: string, quota: number, more: object = {}) => ({
  name,
  match: { paths: [path] },
  limits: [{ algorithm: 'fixed-window', quota, window_ms: 31_536_000_000 }],
  final: true,
  priority: 100,
  ...more,
});

describe('four replicas on one PostgreSQL and one Redis', () => {
  let postgres: PostgresServer;
  let redis: RedisServer;
  let replicas: Floodgate[];
  let dashboard: Floodgate;

  beforeAll(async () => {
    [postgres, redis] = await Promise.all([PostgresServer.start(), RedisServer.start()]);
    const environment = {
      DATABASE_URL: await postgres.createDatabase(),
      REDIS_URL: redis.url,
      LOG_LEVEL: 'warn',
    };
    // All at once: each may be the one that sets the database up.
    replicas = await Promise.all(
      ['all', 'gateway', 'gateway', 'gateway'].map((role) =>
        Floodgate.start('front door', { ...environment, FLOODGATE_ROLE: role }),
      ),
    );
    const [first] = replicas;
    if (first === undefined) throw new Error('no replica');
    dashboard = first;
    // What is let in then leads nowhere: 404.
    await dashboard.admin('DELETE', 'routes/demo');
    await vi.waitFor(
      async () => {
        const answers = await everywhere('/api/nothing');
        expect(answers.map(({ status }) => status)).toEqual(replicas.map(() => 404));
      },
      { timeout: 10_000, interval: 600 },
    );
  }, 90_000);

  afterAll(async () => {
    await Promise.all(replicas.map((replica) => replica.stop()));
    await Promise.all([postgres.stop(), redis.stop()]);
  });

  const everywhere = (target: string, headers: Readonly<Record<string, string>> = {}) =>
    Promise.all(replicas.map(({ url }) => fetch(url + target, { headers })));

  it('follow a new policy, a change of it and its end', async () => {
    expect(
      (await dashboard.admin('PUT', 'policies/live', policy('live', '/api/live', 7))).status,
    ).toBe(201);
    const limits = async () =>
      (await everywhere('/api/live')).map(({ headers }) => headers.get('x-ratelimit-limit'));
    await vi.waitFor(async () => expect(await limits()).toEqual(['7', '7', '7', '7']), SOON);
    await dashboard.admin('PUT', 'policies/live', policy('live', '/api/live', 9));
    await vi.waitFor(async () => expect(await limits()).toEqual(['9', '9', '9', '9']), SOON);
    await dashboard.admin('DELETE', 'policies/live');
    // The default policy of /api takes over.
    await vi.waitFor(async () => expect(await limits()).toEqual(['10', '10', '10', '10']), SOON);
  });

  it('count one caller together under a policy made while they run', async () => {
    await dashboard.admin('PUT', 'policies/shared', policy('shared', '/api/shared', 6));
    await vi.waitFor(async () => {
      for (const { url } of replicas) {
        const status = await fetch(`${url}/api/v1/rate-status?path=/api/shared`);
        expect(await status.json()).toMatchObject({ policy: 'shared' });
      }
    }, SOON);
    const statuses = [
      ...(await everywhere('/api/shared')),
      ...(await everywhere('/api/shared')),
    ].map(({ status }) => status);
    expect(statuses.filter((status) => status === 404)).toHaveLength(6);
    expect(statuses.filter((status) => status === 429)).toHaveLength(2);
  });

  it('let a key in once it is issued, and no more once it is revoked', async () => {
    await dashboard.admin('PUT', 'clients/acme', { name: 'acme' });
    const issued = await dashboard.admin('POST', 'keys', { client: 'acme' });
    const key = issued.body.key ?? '';
    const statuses = async () =>
      (await everywhere('/api/keyed', { 'X-API-Key': key })).map(({ status }) => status);
    // Too early a question is a wrong key's, and those are limited.
    await vi.waitFor(async () => expect(await statuses()).toEqual([404, 404, 404, 404]), {
      ...SOON,
      interval: 500,
    });
    const id = key.split('_')[1];
    expect((await dashboard.admin('POST', `keys/${id}/revoke`, {})).status).toBe(200);
    const refused = async () =>
      (await statuses()).map((status) => status === 401 || status === 429);
    await vi.waitFor(async () => expect(await refused()).toEqual([true, true, true, true]), SOON);
  });

  it('know one admin token', async () => {
    const answer = await fetch(`${dashboard.url}/api/v1/admin/session`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ token: ADMIN_TOKEN, author: 'Ada' }),
    });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('set-cookie')).toMatch(/HttpOnly; SameSite=Strict/);
    const [gateway] = replicas.slice(1);
    // A path like any other there, and limited like one.
    await vi.waitFor(
      async () => {
        expect((await fetch(`${gateway?.url}/api/v1/admin/session`)).status).toBe(404);
      },
      { timeout: 5_000, interval: 600 },
    );
  });

  it('serve on by what they know when the database is lost, and follow again when it is back', async () => {
    await dashboard.admin('PUT', 'policies/kept', policy('kept', '/api/kept', 8));
    const limits = async () =>
      (await everywhere('/api/kept')).map(({ headers }) => headers.get('x-ratelimit-limit'));
    await vi.waitFor(async () => expect(await limits()).toEqual(['8', '8', '8', '8']), SOON);
    await postgres.kill();
    await vi.waitFor(
      async () => {
        for (const { url } of replicas) {
          const health = await fetch(`${url}/health`);
          expect(await health.json()).toMatchObject({
            status: 'degraded',
            config: { kind: 'postgres', status: 'unreachable', faults: [] },
          });
        }
      },
      { timeout: 20_000, interval: 100 },
    );
    expect(await limits()).toEqual(['8', '8', '8', '8']);
    const refused = await dashboard.admin('PUT', 'policies/kept', policy('kept', '/api/kept', 3));
    expect(refused.status).toBe(503);

    await postgres.restart();
    await vi.waitFor(
      async () => {
        const change = await dashboard.admin(
          'PUT',
          'policies/kept',
          policy('kept', '/api/kept', 4),
        );
        expect(change.status).toBe(200);
        expect(await limits()).toEqual(['4', '4', '4', '4']);
      },
      { timeout: 30_000, interval: 250 },
    );
  }, 60_000);
});
