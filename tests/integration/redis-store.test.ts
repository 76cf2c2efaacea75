import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createMemoryStore, type Limit, type RedisStore } from '../../lib/limiter';
import { describeStore } from '../limiter/store-conformance';
import { RedisServer } from '../support/redis';
import {
  failureOf,
  fivePerYear,
  freshKey,
  openStore,
  openStoreForTest,
  outcomeOf,
  startLoad,
} from '../support/redis-store';
import { yearlyLimits } from '../support/yearly-limits';

let redis: RedisServer;
let store: RedisStore;
let admin: Redis;

beforeAll(async () => {
  redis = await RedisServer.start();
  admin = redis.connect();
  ({ store } = await openStore(redis.url));
});
afterAll(async () => {
  await store.close();
  admin.disconnect();
  await redis.stop();
});

const memory = createMemoryStore();
afterAll(() => memory.close());
describeStore('memory', () => memory);
describeStore('redis', () => store);

const take = (key: string, cost = 1, limit: Limit = fivePerYear) =>
  store.decide([{ key, limit, cost }]);

describe('counters in Redis', () => {
  it('are named after the window of Redis’s own clock and go when it ends', async () => {
    const key = freshKey();
    const ruling = await take(key);
    const name = `${key}:${Math.floor(ruling.nowMs / fivePerYear.windowMs)}`;
    expect(await admin.get(name)).toBe('1');
    const ttl = await admin.pttl(name);
    expect(ttl).toBeGreaterThan(0);
    expect(ttl).toBeLessThanOrEqual(ruling.verdicts[0]?.resetMs ?? 0);
  });

  it('get a lifetime when something else left them without one', async () => {
    const key = freshKey();
    const { nowMs } = await take(key, 0);
    const name = `${key}:${Math.floor(nowMs / fivePerYear.windowMs)}`;
    await admin.set(name, '5');
    expect((await take(key)).allowed).toBe(false);
    expect(await admin.pttl(name)).toBeGreaterThan(0);
  });

  it('admit exactly the quota of hundreds of requests at once from two stores', async () => {
    const other = await openStoreForTest(redis.url);
    const key = freshKey();
    const outcomes = await Promise.all(
      Array.from({ length: 1_000 }, (_, i) => outcomeOf(i % 2 === 0 ? store : other.store, key)),
    );
    expect(outcomes.filter((outcome) => outcome === true)).toHaveLength(fivePerYear.quota);
  });

  it('lose nothing when one turn holds the same key under different numbers', async () => {
    const key = freshKey();
    const lowered = { ...fivePerYear, quota: 3 };
    const limits = [fivePerYear, lowered, fivePerYear, lowered, lowered, fivePerYear, fivePerYear];
    const rulings = await Promise.all(limits.map((limit) => take(key, 1, limit)));
    expect(rulings.map(({ allowed }) => allowed)).toEqual([
      ...[true, true, true, false, false],
      ...[true, true],
    ]);
    expect((await take(key)).allowed).toBe(false);
  });

  it('survive the loss of all scripts under load without a failed decision', async () => {
    const load = startLoad(() => outcomeOf(store, freshKey()));
    for (let i = 0; i < 50; i++) await admin.script('FLUSH');
    const outcomes = await load.stop();
    expect(outcomes.filter((outcome) => outcome !== true)).toEqual([]);
    const { failures } = await store.health();
    expect(failures['no-script']).toBeGreaterThan(1);
  });

  it('fail alone when their key holds something else, and say which', async () => {
    const [good, bad] = [freshKey(), freshKey()];
    const { nowMs } = await take(bad, 0);
    await admin.lpush(`${bad}:${Math.floor(nowMs / fivePerYear.windowMs)}`, 'not a counter');
    const outcomes = await Promise.all([good, bad, good].map((key) => outcomeOf(store, key)));
    expect(outcomes).toEqual([true, 'wrong-type', true]);
    await expect(take(bad)).rejects.toThrow(bad);
    expect((await store.health()).status).toBe('ok');
    expect((await store.health()).failures['wrong-type']).toBe(2);
  });
});

describe.each(yearlyLimits(1))('a key counted by $algorithm', (limit) => {
  const lease = 'one';
  const ask = async (key: string) =>
    (await store.decide([{ key, limit, cost: 1, lease: freshKey() }])).allowed;

  it('is fresh after a reset and leaves nothing behind', async () => {
    const key = freshKey();
    expect([await ask(key), await ask(key)]).toEqual([true, false]);
    await store.reset([{ key, limit }]);
    expect(await admin.keys(`${key}*`)).toEqual([]);
    expect(await ask(key)).toBe(true);
  });

  it('is denied while blocked, and no longer', async () => {
    const key = freshKey();
    await store.block(key, 80);
    const denied = await store.decide([{ key, limit, cost: 1, lease }]);
    expect(denied.allowed).toBe(false);
    expect(denied.verdicts[0]?.retryAfterMs).toBeLessThanOrEqual(80);
    await vi.waitFor(async () => expect(await ask(key)).toBe(true));
  });

  it('is free again when a block is reset', async () => {
    const key = freshKey();
    await store.block(key, 60_000);
    await store.reset([{ key, limit }]);
    expect(await ask(key)).toBe(true);
  });
});

describe('slots', () => {
  const limit: Limit = { algorithm: 'concurrency', name: 'slots', quota: 1, leaseMs: 60_000 };

  it('are free again as soon as their lease is released', async () => {
    const key = freshKey();
    const hold = async (lease: string) =>
      (await store.decide([{ key, limit, cost: 1, lease }])).allowed;
    expect([await hold('a'), await hold('b')]).toEqual([true, false]);
    await store.release({ key, limit }, 'b');
    expect(await hold('b')).toBe(false);
    await store.release({ key, limit }, 'a');
    expect(await hold('b')).toBe(true);
  });
});

describe('news of resets', () => {
  it('reaches all replicas, their own too', async () => {
    const [mine, theirs] = [vi.fn(), vi.fn()];
    const [one, other] = [await openStoreForTest(redis.url), await openStoreForTest(redis.url)];
    one.store.onReset(mine);
    other.store.onReset(theirs);
    // Subscribed: from now on nothing is missed.
    await vi.waitFor(() => expect(theirs).toHaveBeenCalledWith(undefined));
    const [reset, blocked] = [freshKey(), freshKey()];
    await one.store.reset([{ key: reset, limit: fivePerYear }]);
    expect(mine).toHaveBeenCalledWith(reset);
    await one.store.block(blocked, 1_000);
    await vi.waitFor(() => expect(theirs).toHaveBeenCalledWith(blocked));
    expect(theirs).toHaveBeenCalledWith(reset);
  });

  it('may have been missed when the subscription was lost, which listeners are told', async () => {
    const listener = vi.fn();
    const { store: listening } = await openStoreForTest(redis.url);
    listening.onReset(listener);
    await vi.waitFor(() => expect(listener).toHaveBeenCalledWith(undefined));
    listener.mockClear();
    await admin.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
    // Once for the loss, once for what may have come before the next subscription.
    await vi.waitFor(() => expect(listener.mock.calls).toEqual([[undefined], [undefined]]));
    const key = freshKey();
    await store.reset([{ key, limit: fivePerYear }]);
    await vi.waitFor(() => expect(listener).toHaveBeenCalledWith(key));
    expect(await failureOf(() => listening.decide([{ key, limit: fivePerYear, cost: 1 }]))).toBe(
      undefined,
    );
  });
});
