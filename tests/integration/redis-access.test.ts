import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createCertificates } from '../support/certificates';
import { contend } from '../support/contend';
import { cellOf, fleetOn, frameOf, slotOf } from '../support/fleet';
import { loadedFrom } from '../support/loaded';
import { RedisServer } from '../support/redis';
import { RedisCluster } from '../support/redis-cluster';
import { fivePerYear, freshKey, openStoreForTest, outcomeOf } from '../support/redis-store';
import { yearlyLimits } from '../support/yearly-limits';

/** The rules of a user, as docs/operations.md gives them. */
function documentedRules(): string[] {
  return rulesAfter('ACL SETUSER floodgate on >password ');
}

/** What it needs beyond them to share traffic with other replicas. */
function trafficRules(): string[] {
  return rulesAfter('ACL SETUSER floodgate ~');
}

/** The channels of database 1, beside those. */
function databaseRules(): string[] {
  return rulesAfter('ACL SETUSER floodgate &');
}

function rulesAfter(beginning: string): string[] {
  const lines = readFileSync('docs/operations.md', 'utf8').split('\n');
  const [line = ''] = lines.map((text) => text.trim()).filter((text) => text.startsWith(beginning));
  return line.replace(/^ACL SETUSER floodgate (?:on >password )?/, '').split(' ');
}

const SOON = { timeout: 4_000 };

const asUser = (url: string, user = 'floodgate:password') => url.replace('://', `://${user}@`);

let redis: RedisServer;
let admin: Redis;
beforeAll(async () => {
  redis = await RedisServer.start();
  admin = redis.connect();
});
afterAll(async () => {
  admin.disconnect();
  await redis.stop();
});

describe('a user with the documented permissions', () => {
  const setUser = (client: Redis, ...rules: string[]) =>
    client.acl('SETUSER', 'floodgate', 'on', '>password', ...rules);

  it('can do everything the store does', async () => {
    await setUser(admin, 'reset', 'on', '>password', ...documentedRules());
    const { store } = await openStoreForTest(asUser(redis.url));
    const listener = vi.fn();
    store.onReset(listener);
    await vi.waitFor(() => expect(listener).toHaveBeenCalledWith(undefined));
    for (const limit of yearlyLimits(2)) {
      const key = freshKey();
      for (const lease of ['a', 'b', 'c', 'a'])
        await store.decide([{ key, limit, cost: 1, lease }]);
      if (limit.algorithm === 'concurrency') await store.release({ key, limit }, 'a');
      await store.block(key, 1_000);
      await store.reset([{ key, limit }]);
    }
    expect(await store.health()).toMatchObject({ status: 'ok', failures: { 'no-script': 3 } });
    expect(Object.keys((await store.health()).failures)).toEqual(['no-script']);
  });

  it('can do it in a cluster', async () => {
    const cluster = await RedisCluster.start({ replicas: false });
    onTestFinished(() => cluster.stop());
    for (const { admin: node } of cluster.masters) await setUser(node, ...documentedRules());
    const { store } = await openStoreForTest(asUser(cluster.url), 500);
    const keys = Array.from({ length: 30 }, freshKey);
    const outcomes = await Promise.all(keys.map((key) => outcomeOf(store, key)));
    expect(outcomes).toEqual(keys.map(() => true));
    await store.reset(keys.map((key) => ({ key, limit: fivePerYear })));
    expect(Object.keys((await store.health()).failures)).toEqual(['no-script']);
  });

  it('shares traffic with other replicas by the further ones', async () => {
    await setUser(admin, 'reset', 'on', '>password', ...documentedRules(), ...trafficRules());
    const [one, other] = ['one', 'other'].map((name) => fleetOn(asUser(redis.url), name));
    if (one === undefined || other === undefined) throw new TypeError('two replicas were named');
    onTestFinished(async () => void (await Promise.all([one.close(), other.close()])));
    const heard = vi.fn();
    const listening = vi.fn();
    other.traffic?.listen({ onFrame: heard, onGap: listening });
    await vi.waitFor(() => expect(listening).toHaveBeenCalled());
    await one.ready;
    const second = Math.floor(Date.now() / 1_000);
    const frame = frameOf(one.self, { seconds: [slotOf(second, cellOf(3))] });
    await one.traffic?.send(frame);
    await vi.waitFor(() => expect(heard).toHaveBeenCalledWith(frame));
    if (other.traffic === undefined) throw new TypeError('a fleet on Redis has a link');
    expect(await loadedFrom(other.traffic, second - 60)).toContainEqual(frame);
    expect((await other.replicas()).map(({ status }) => status.replica)).toEqual(['other', 'one']);
  });

  it('can do it on another database, by the channels of that', async () => {
    const url = asUser(`${redis.url}/1`);
    await setUser(admin, 'reset', 'on', '>password', ...documentedRules(), ...trafficRules());
    const hears = async () => {
      const { store } = await openStoreForTest(url);
      const heard = vi.fn();
      store.onReset(heard);
      await vi.waitFor(() => expect(heard).toHaveBeenCalledWith(undefined), SOON);
      return { store, heard };
    };
    const refused = await hears();
    expect((await refused.store.health()).failures['no-permission']).toBeGreaterThanOrEqual(1);
    await setUser(admin, ...databaseRules());
    const [one, other] = [await hears(), await hears()];
    const key = freshKey();
    await one.store.reset([{ key, limit: fivePerYear }]);
    await vi.waitFor(() => expect(other.heard).toHaveBeenCalledWith(key), SOON);
    expect((await one.store.health()).failures['no-permission']).toBeUndefined();
    const fleets = ['one', 'other'].map((name) => fleetOn(url, name));
    onTestFinished(async () => void (await Promise.all(fleets.map((fleet) => fleet.close()))));
    const [from, to] = fleets;
    const [heard, listening] = [vi.fn(), vi.fn()];
    to?.traffic?.listen({ onFrame: heard, onGap: listening });
    await vi.waitFor(() => expect(listening).toHaveBeenCalled(), SOON);
    await vi.waitFor(async () => {
      await from?.traffic?.send(frameOf(from.self, {}));
      expect(heard).toHaveBeenCalled();
    }, SOON);
  });

  it('without pub/sub misses news and nothing else', async () => {
    await setUser(admin, 'resetchannels', '-subscribe', '-publish');
    const { store } = await openStoreForTest(asUser(redis.url));
    const listener = vi.fn();
    store.onReset(listener);
    const key = freshKey();
    await store.reset([{ key, limit: fivePerYear }]);
    expect(listener).toHaveBeenCalledWith(key);
    expect(await outcomeOf(store, key)).toBe(true);
    const { status, failures } = await store.health();
    expect(status).toBe('ok');
    expect(failures['no-permission']).toBeGreaterThanOrEqual(1);
    await setUser(admin, ...documentedRules());
  });

  it('lacking a command that decisions need, is degraded until it is given', async () => {
    await setUser(admin, '-incrby');
    const { store, recovery } = await openStoreForTest(asUser(redis.url));
    expect(await outcomeOf(store, freshKey())).toBe('no-permission');
    expect((await store.health()).status).toBe('unreachable');
    await setUser(admin, '+incrby');
    await recovery();
    expect(await outcomeOf(store, freshKey())).toBe(true);
  });
});

describe('a password', () => {
  it('that is wanted and not given degrades the store', async () => {
    await admin.config('SET', 'requirepass', 'secret');
    const { store, onUnreachable } = await openStoreForTest(redis.url);
    expect(await outcomeOf(store, freshKey())).toBe('no-auth');
    expect((await store.health()).status).toBe('unreachable');
    expect(onUnreachable).toHaveBeenCalledOnce();
  });

  it('that is wrong degrades it from the start, and is not repeated', async () => {
    const { store, onUnreachable } = await openStoreForTest(asUser(redis.url, ':wrong-one'));
    expect((await store.health()).failures).toEqual({ 'no-auth': 1 });
    expect(onUnreachable.mock.calls.join()).toContain('WRONGPASS');
    expect(onUnreachable.mock.calls.join()).not.toContain('wrong-one');
  });

  it('that is right is all it takes', async () => {
    const { store } = await openStoreForTest(asUser(redis.url, ':secret'));
    expect(await outcomeOf(store, freshKey())).toBe(true);
    await admin.config('SET', 'requirepass', '');
  });
});

describe('TLS', () => {
  let directory: string;
  let server: RedisServer;
  let authority: string;
  let url: string;
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'floodgate-tls-'));
    const files = createCertificates(directory);
    authority = files.authority;
    server = await RedisServer.startWithTls(files);
    url = `rediss://${server.address}`;
  });
  afterAll(async () => {
    await server.stop();
    rmSync(directory, { recursive: true });
  });

  it('trusts the authorities of NODE_EXTRA_CA_CERTS', async () => {
    const contest = { url, key: 'ratelimit:{tls}', processes: 1, quota: 3, calls: 10 };
    const environment = { NODE_ENV: 'test', NODE_EXTRA_CA_CERTS: authority } as const;
    expect(await contend({ ...contest, environment })).toEqual(yearlyLimits(3).map(() => 3));
  });

  it('trusts nobody else', async () => {
    const { store, onUnreachable } = await openStoreForTest(url);
    expect(await outcomeOf(store, freshKey())).toBe('disconnected');
    expect(onUnreachable.mock.calls.join()).toMatch(/certificate/);
  });
});
