import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { RedisServer } from '../support/redis';
import {
  failureOf,
  fivePerYear,
  freshKey,
  type OpenedStore,
  openStoreForTest,
  outcomeOf,
} from '../support/redis-store';

let redis: RedisServer;
let admin: Redis;

beforeAll(async () => {
  redis = await RedisServer.start(undefined, {
    config: ['enable-debug-command yes', 'busy-reply-threshold 20'],
  });
  admin = redis.connect();
});
afterAll(async () => {
  admin.disconnect();
  await redis.stop();
});

async function open(): Promise<OpenedStore> {
  const opened = await openStoreForTest(redis.url);
  expect(await outcomeOf(opened.store, freshKey())).toBe(true);
  return opened;
}

/** Fails for the reason, says so, is counted, and stops asking. */
async function expectOutage({ store, onUnreachable }: OpenedStore, kind: string): Promise<void> {
  expect(await outcomeOf(store, freshKey())).toBe(kind);
  const { status, latencyMs, failures } = await store.health();
  expect({ status, latencyMs }).toEqual({ status: 'unreachable', latencyMs: null });
  const { 'no-script': _mended, ...counted } = failures;
  expect(counted).toEqual({ [kind]: 1 });
  expect(onUnreachable).toHaveBeenCalledOnce();
  // Nobody waits, and nothing is sent, until a probe has been answered.
  for (let i = 0; i < 1_000; i++)
    expect(await outcomeOf(store, 'ratelimit:{out}')).toBe('disconnected');
  expect((await store.health()).failures).toEqual(failures);
}

async function expectRecovery({ store, recovery, onRecovered }: OpenedStore): Promise<void> {
  await recovery();
  expect(onRecovered).toHaveBeenCalledOnce();
  expect(await outcomeOf(store, freshKey())).toBe(true);
}

describe('when Redis', () => {
  it('becomes read-only, decisions fail until it can be written again', async () => {
    const opened = await open();
    await admin.replicaof('127.0.0.1', '1');
    await expectOutage(opened, 'read-only');
    await admin.replicaof('NO', 'ONE');
    await expectRecovery(opened);
  });

  it('is out of memory, decisions fail until there is room', async () => {
    const opened = await open();
    await admin.config('SET', 'maxmemory', '1');
    await expectOutage(opened, 'out-of-memory');
    await admin.config('SET', 'maxmemory', '0');
    await expectRecovery(opened);
  });

  it('runs another’s script for ever, decisions fail until that is killed', async () => {
    const opened = await open();
    const other = redis.connect();
    const endless = other.eval('while true do end', 0).catch((error: Error) => error.message);
    await vi.waitFor(() => expect(admin.get('x')).rejects.toThrow('BUSY'));
    await expectOutage(opened, 'busy');
    await admin.script('KILL');
    expect(await endless).toContain('killed');
    other.disconnect();
    await expectRecovery(opened);
  });

  it('is loading its data, decisions fail until it has', async () => {
    const opened = await open();
    const observer = redis.connect();
    await admin.call('DEBUG', 'POPULATE', '20000');
    // It looks up from its work every kilobyte, so every few milliseconds.
    await admin.config('SET', 'loading-process-events-interval-bytes', '1024');
    await admin.config('SET', 'key-load-delay', '500');
    await observer.ping();
    const reload = admin.call('DEBUG', 'RELOAD');
    await vi.waitFor(() => expect(observer.get('x')).rejects.toThrow('LOADING'));
    await expectOutage(opened, 'loading');
    await observer.config('SET', 'key-load-delay', '0');
    await reload;
    observer.disconnect();
    await expectRecovery(opened);
  });

  it('is killed, decisions fail at once, and work again when it is back', async () => {
    const opened = await open();
    await redis.kill();
    await vi.waitFor(() => expect(opened.onUnreachable).toHaveBeenCalledOnce());
    expect(await outcomeOf(opened.store, 'ratelimit:{killed}')).toBe('disconnected');
    await redis.restart();
    await expectRecovery(opened);
  });

  it('hangs, only the first decisions wait, and nothing stale is counted afterwards', async () => {
    const { store, recovery } = await open();
    const key = 'ratelimit:{hung}';
    redis.pause();
    const waited = await Promise.all([key, key, key].map((hung) => outcomeOf(store, hung)));
    expect(waited).toEqual(['timeout', 'timeout', 'timeout']);
    for (let i = 0; i < 1_000; i++) expect(await outcomeOf(store, key)).toBe('disconnected');
    redis.resume();
    await recovery();
    // The three that were on the wire may have been counted; the thousand that were not must not be.
    const ruling = await store.decide([{ key, limit: fivePerYear, cost: 0 }]);
    expect(ruling.verdicts[0]?.remaining).toBeGreaterThanOrEqual(2);
  });

  it('is not there at start, the store opens degraded and joins when it appears', async () => {
    const late = await RedisServer.start();
    onTestFinished(() => late.stop());
    await late.kill();
    const opened = await openStoreForTest(late.url);
    expect(await opened.store.health()).toMatchObject({ status: 'unreachable' });
    expect(opened.onUnreachable).toHaveBeenCalledOnce();
    await late.restart();
    await expectRecovery(opened);
  });

  it('is away under load, this process does not grow', async () => {
    const { store, onUnreachable } = await open();
    await redis.kill();
    await vi.waitFor(() => expect(onUnreachable).toHaveBeenCalledOnce());
    const refuse = async (times: number) => {
      for (let i = 0; i < times; i++) {
        await failureOf(() => store.decide([{ key: `k${i}`, limit: fivePerYear, cost: 1 }]));
      }
    };
    setFlagsFromString('--expose-gc');
    const collect: () => void = runInNewContext('gc');
    const heapMb = () => {
      collect();
      return process.memoryUsage().heapUsed / 2 ** 20;
    };
    await refuse(20_000);
    const before = heapMb();
    await refuse(200_000);
    expect(heapMb() - before).toBeLessThan(4);
    await redis.restart();
  });
});
