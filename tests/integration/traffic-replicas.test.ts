import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { FoundRequests, PolicyCounts, Replicas, UpstreamStatuses } from '../../lib/admin';
import type { Explanation } from '../../lib/gateway';
import { ADMIN_TOKEN, Floodgate } from '../support/floodgate';
import { RedisServer } from '../support/redis';

const SOON = { timeout: 20_000 };

describe('two processes on one Redis', () => {
  let redis: RedisServer;
  let front: Floodgate;
  let gate: Floodgate;

  beforeAll(async () => {
    redis = await RedisServer.start();
    const shared = { REDIS_URL: redis.url, TRUSTED_PROXIES: '127.0.0.1' };
    [front, gate] = await Promise.all([
      Floodgate.start('front door', { ...shared, FLOODGATE_REPLICA: 'front' }),
      startGate('gate'),
    ]);
    await vi.waitFor(async () => expect(await states()).toEqual(['front live', 'gate live']), SOON);
  });
  afterAll(async () => {
    await Promise.all([front.stop(), gate.stop()]);
    await redis.stop();
  });

  function startGate(name: string): Promise<Floodgate> {
    return Floodgate.start('front door', {
      REDIS_URL: redis.url,
      TRUSTED_PROXIES: '127.0.0.1',
      FLOODGATE_ROLE: 'gateway',
      FLOODGATE_REPLICA: name,
    });
  }

  /** A question to the admin API of the one that has it. */
  async function ask<Answer>(path: string, body?: object): Promise<Answer> {
    const answer = await fetch(`${front.url}/api/v1/admin${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        authorization: `Bearer ${ADMIN_TOKEN}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    expect(answer.status, `${path}: ${await answer.clone().text()}`).toBe(200);
    return (await answer.json()) as Answer;
  }

  async function states(): Promise<string[]> {
    const { items } = await ask<Replicas>('/replicas');
    return items.map(({ replica, state }) => `${replica} ${state}`);
  }

  const ping = (of: Floodgate, ip: string, id: string) =>
    fetch(`${of.url}/ping`, { headers: { 'x-forwarded-for': ip, 'x-request-id': id } });

  it('find and explain the requests of each other', async () => {
    for (let i = 1; i <= 6; i++) await ping(gate, '198.51.100.7', `gate-${i}`);
    await ping(front, '198.51.100.7', 'front-1');
    const found = await ask<FoundRequests>('/requests?identity=198.51.100.7&verdict=denied');
    expect(found).toMatchObject({ replicas_asked: 2, replicas_answered: 2 });
    expect(found.items).toMatchObject([
      { id: 'front-1', replica: 'front', status: 429 },
      { id: 'gate-6', replica: 'gate', status: 429, route: '/ping', policy: 'ping' },
    ]);
    expect(await ask<Explanation>('/explain', { request_id: 'gate-6' })).toMatchObject({
      recorded: true,
      replica: 'gate',
      outcome: 'denied',
      identity: { ip: '198.51.100.7' },
    });
    const { items } = await ask<PolicyCounts>('/policy-counts');
    expect(items.ping).toEqual({ allowed: 5, denied: 2, would_deny: 0 });
  });

  it('tell of each other how they are', async () => {
    const { items } = await ask<Replicas>('/replicas');
    expect(items).toMatchObject([
      { replica: 'front', role: 'all', is_self: true, store: { kind: 'redis', status: 'ok' } },
      { replica: 'gate', role: 'gateway', is_self: false, store: { kind: 'redis', status: 'ok' } },
    ]);
    for (const { memory_mib: memory, version } of items) {
      expect([memory > 10, version.length > 0]).toEqual([true, true]);
    }
  });

  it('show the breakers of each other', async () => {
    await ask('/upstreams/demo/trip', {});
    await vi.waitFor(async () => {
      const { items } = await ask<UpstreamStatuses>('/upstream-status');
      expect(items.find(({ name }) => name === 'demo')?.replicas).toEqual([
        { replica: 'front', state: 'open', tripped: true },
        { replica: 'gate', state: 'open', tripped: true },
      ]);
    }, SOON);
    await ask('/upstreams/demo/reset', {});
  });

  it('miss the one that dies, and not the one that stops', async () => {
    const [dying, stopping] = await Promise.all([startGate('dying'), startGate('stopping')]);
    await vi.waitFor(
      async () =>
        expect(await states()).toEqual(['front live', 'dying live', 'gate live', 'stopping live']),
      SOON,
    );
    await Promise.all([dying.stop('SIGKILL'), stopping.stop()]);
    await vi.waitFor(
      async () => expect(await states()).toEqual(['front live', 'dying silent', 'gate live']),
      SOON,
    );
  });
});
