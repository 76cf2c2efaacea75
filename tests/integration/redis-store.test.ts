import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  createMemoryStore,
  createRedisStore,
  type FixedWindowLimit,
  type RedisStore,
  StoreError,
  type StoreFailure,
} from '../../lib/limiter';
import { describeStore } from '../limiter/store-conformance';
import { RedisServer } from '../support/redis';

const TIMEOUT_MS = 100;
const limit: FixedWindowLimit = {
  algorithm: 'fixed-window',
  name: 'test',
  quota: 5,
  windowMs: 60_000,
};

let redis: RedisServer;
let store: RedisStore;
let admin: Redis;
const onUnreachable = vi.fn();
const onRecovered = vi.fn();

async function openStore(url = redis.url): Promise<RedisStore> {
  const opened = createRedisStore({
    url,
    timeoutMs: TIMEOUT_MS,
    scripts: 'lua',
    onUnreachable,
    onRecovered,
  });
  await opened.connect();
  return opened;
}

beforeAll(async () => {
  redis = await RedisServer.start();
  admin = new Redis(redis.url);
  admin.on('error', () => undefined);
  store = await openStore();
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

let serial = 0;
const freshKey = () => `ratelimit:{store-${serial++}}`;
const take = (key: string, cost = 1) => store.decide([{ key, limit, cost }]);

async function failureOf(work: PromiseLike<unknown> | unknown): Promise<StoreFailure | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    if (error instanceof StoreError) return error.kind;
    throw error;
  }
}

async function attempt(key: string): Promise<StoreFailure | undefined> {
  try {
    return await failureOf(take(key));
  } catch (error) {
    return failureOf(Promise.reject(error));
  }
}

const recovery = () => vi.waitFor(() => expect(onRecovered).toHaveBeenCalled(), 10_000);

describe('counters in Redis', () => {
  it('are named after the window of Redis’s own clock and go when it ends', async () => {
    const key = freshKey();
    const ruling = await take(key);
    const name = `${key}:${Math.floor(ruling.nowMs / limit.windowMs)}`;
    expect(await admin.get(name)).toBe('1');
    const ttl = await admin.pttl(name);
    expect(ttl).toBeGreaterThan(0);
    expect(ttl).toBeLessThanOrEqual(ruling.verdicts[0]?.resetMs ?? 0);
  });

  it('get a lifetime when something else left them without one', async () => {
    const key = freshKey();
    const { nowMs } = await take(key, 0);
    const name = `${key}:${Math.floor(nowMs / limit.windowMs)}`;
    await admin.set(name, '5');
    expect((await take(key)).allowed).toBe(false);
    expect(await admin.pttl(name)).toBeGreaterThan(0);
  });

  it('admit exactly the quota of hundreds of requests at once from two stores', async () => {
    const other = await openStore();
    const key = freshKey();
    const rulings = await Promise.all(
      Array.from({ length: 1_000 }, (_, i) =>
        (i % 2 === 0 ? store : other).decide([{ key, limit, cost: 1 }]),
      ),
    );
    expect(rulings.filter(({ allowed }) => allowed)).toHaveLength(limit.quota);
    await other.close();
  });

  it('survive the loss of all scripts without a failed decision', async () => {
    const key = freshKey();
    for (let i = 0; i < 20; i++) {
      await admin.script('FLUSH');
      expect(await attempt(key)).toBeUndefined();
    }
  });

  it('fail alone when their key holds something else', async () => {
    const [good, bad] = [freshKey(), freshKey()];
    const { nowMs } = await take(bad, 0);
    await admin.lpush(`${bad}:${Math.floor(nowMs / limit.windowMs)}`, 'not a counter');
    const [first, second, third] = await Promise.all([attempt(good), attempt(bad), attempt(good)]);
    expect([first, second, third]).toEqual([undefined, 'bad-key', undefined]);
    expect(onUnreachable).not.toHaveBeenCalled();
  });
});

describe('when Redis', () => {
  beforeEach(() => {
    vi.clearAllMocks();
  });

  it('is killed, decisions fail at once, and work again when it is back', async () => {
    await redis.kill();
    await vi.waitFor(() => expect(onUnreachable).toHaveBeenCalledOnce());
    expect(await attempt('ratelimit:{killed}')).toBe('disconnected');
    expect(await store.health()).toMatchObject({ status: 'unreachable', latencyMs: null });
    await redis.restart();
    await recovery();
    expect((await take('ratelimit:{killed}')).verdicts[0]?.remaining).toBe(4);
    expect(onRecovered).toHaveBeenCalledOnce();
  });

  it('hangs, only the first decisions wait, and nothing stale is counted afterwards', async () => {
    redis.pause();
    const waited = await Promise.all(Array.from({ length: 3 }, () => attempt('ratelimit:{hung}')));
    expect(waited).toEqual(['timeout', 'timeout', 'timeout']);
    for (let i = 0; i < 1_000; i++) {
      expect(await attempt('ratelimit:{hung}')).toBe('disconnected');
    }
    redis.resume();
    await recovery();
    // The three that were on the wire may have been counted; the thousand that were not must not be.
    const { verdicts } = await take('ratelimit:{hung}', 0);
    expect(verdicts[0]?.remaining).toBeGreaterThanOrEqual(2);
  });

  it('becomes read-only, decisions fail until it can be written again', async () => {
    await admin.replicaof('127.0.0.1', '1');
    expect(await attempt('ratelimit:{readonly}')).toBe('refused');
    await admin.replicaof('NO', 'ONE');
    await recovery();
    expect(await attempt('ratelimit:{readonly}')).toBeUndefined();
  });

  it('is out of memory, decisions fail until there is room', async () => {
    await admin.config('SET', 'maxmemory', '1');
    expect(await attempt('ratelimit:{oom}')).toBe('refused');
    await admin.config('SET', 'maxmemory', '0');
    await recovery();
    expect(await attempt('ratelimit:{oom}')).toBeUndefined();
  });

  it('wants a password that we lack, the store is degraded from the start', async () => {
    await admin.config('SET', 'requirepass', 'secret');
    const stranger = await openStore(`redis://127.0.0.1:${new URL(redis.url).port}`);
    await failureOf(stranger.decide([{ key: freshKey(), limit, cost: 1 }]));
    expect(await stranger.health()).toMatchObject({ status: 'unreachable' });
    await stranger.close();
    await admin.config('SET', 'requirepass', '');
  });

  it('is not there at start, the store opens degraded and joins when it appears', async () => {
    const late = await RedisServer.start();
    await late.kill();
    const opened = await openStore(late.url);
    expect(await opened.health()).toMatchObject({ status: 'unreachable' });
    await late.restart();
    await recovery();
    expect((await opened.decide([{ key: freshKey(), limit, cost: 1 }])).allowed).toBe(true);
    await opened.close();
    await late.stop();
  });
});
