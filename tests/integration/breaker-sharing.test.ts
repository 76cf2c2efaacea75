import type { Redis } from 'ioredis';
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  it,
  type Mock,
  vi,
} from 'vitest';
import type { BreakerNews } from '../../lib/upstream/breaker-news';
import { type BreakerSharing, createRedisBreakerSharing } from '../../lib/upstream/sharing';
import { freePort } from '../support/free-port';
import { RedisServer } from '../support/redis';
import { RedisCluster } from '../support/redis-cluster';
import { SentinelGroup } from '../support/redis-sentinel';

const CHANNEL = 'floodgate:breakers';
const TRIPPED = 'floodgate:breakers:tripped';
const OPENED = { from: 'x', upstream: 'demo', kind: 'opened' };
const SOON = { timeout: 15_000 };

interface Replica {
  readonly sharing: BreakerSharing;
  readonly heard: Mock<(news: BreakerNews) => void>;
}

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

function openReplica(url: string, rereadMs = 60_000): Replica {
  const sharing = createRedisBreakerSharing({ url, rereadMs, timeoutMs: 500 });
  cleanups.push(() => sharing.close());
  const heard = vi.fn<(news: BreakerNews) => void>();
  sharing.listen(heard);
  return { sharing, heard };
}

const trip = (upstream: string): BreakerNews => ({ upstream, kind: 'tripped' });
const reset = (upstream: string): BreakerNews => ({ upstream, kind: 'reset' });

/** The last news that a replica heard of an upstream. */
function lastOf({ heard }: Replica, upstream: string): BreakerNews['kind'] | undefined {
  return heard.mock.calls.findLast(([news]) => news.upstream === upstream)?.[0].kind;
}

/** Resolves when what one publishes reaches the others. */
async function connected(from: Replica, ...others: Replica[]): Promise<void> {
  let serial = 0;
  await vi.waitFor(() => {
    serial += 1;
    const upstream = `hello-${serial}`;
    from.sharing.publish({ upstream, kind: 'opened', forMs: 1 });
    const hasReachedAll = () => {
      for (const other of others) expect(lastOf(other, upstream)).toBe('opened');
    };
    return vi.waitFor(hasReachedAll, { timeout: 200 });
  }, SOON);
  for (const { heard } of others) heard.mockClear();
}

describe('on one Redis', () => {
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
  beforeEach(() => admin.flushall());

  it('a breaker that opened is told to all others, and not to its own replica', async () => {
    const one = openReplica(redis.url);
    const two = openReplica(redis.url);
    const three = openReplica(redis.url);
    await connected(one, two, three);
    one.sharing.publish({ upstream: 'demo', kind: 'opened', forMs: 1_234.5 });
    const news = { upstream: 'demo', kind: 'opened', forMs: 1_235 };
    await vi.waitFor(() => expect(two.heard.mock.calls).toEqual([[news]]), SOON);
    await vi.waitFor(() => expect(three.heard.mock.calls).toEqual([[news]]), SOON);
    expect(one.heard).not.toHaveBeenCalled();
    expect(await admin.exists(TRIPPED)).toBe(0);
  });

  it('a trip and its reset are told, once each', async () => {
    const [one, two] = [openReplica(redis.url), openReplica(redis.url)];
    await connected(one, two);
    one.sharing.publish(trip('demo'));
    await vi.waitFor(() => expect(two.heard.mock.calls).toEqual([[trip('demo')]]), SOON);
    two.sharing.publish(reset('demo'));
    await vi.waitFor(() => expect(one.heard.mock.calls).toEqual([[reset('demo')]]), SOON);
    expect(two.heard).toHaveBeenCalledOnce();
  });

  it('a trip is known to a replica that starts later, until it is reset', async () => {
    const one = openReplica(redis.url);
    one.sharing.publish(trip('demo'));
    await vi.waitFor(async () => expect(await admin.hexists(TRIPPED, 'demo')).toBe(1), SOON);
    const late = openReplica(redis.url);
    await vi.waitFor(() => expect(late.heard.mock.calls).toEqual([[trip('demo')]]), SOON);
    late.sharing.publish(reset('demo'));
    await vi.waitFor(() => expect(lastOf(one, 'demo')).toBe('reset'), SOON);
    const later = openReplica(redis.url);
    await connected(one, later);
    expect(lastOf(later, 'demo')).toBeUndefined();
  });

  it('of quick trips and resets the last holds for all', async () => {
    const [one, two] = [openReplica(redis.url), openReplica(redis.url)];
    await connected(one, two);
    for (let turn = 0; turn < 20; turn += 1) {
      one.sharing.publish(trip('demo'));
      one.sharing.publish(reset('demo'));
    }
    one.sharing.publish(trip('demo'));
    one.sharing.publish(trip('other'));
    await vi.waitFor(() => expect(lastOf(two, 'other')).toBe('tripped'), SOON);
    expect(lastOf(two, 'demo')).toBe('tripped');
    expect((await admin.hkeys(TRIPPED)).toSorted()).toEqual(['_kept', 'demo', 'other']);
  });

  it.each([
    ['that is no JSON', 'no JSON'],
    ['without members', '{}'],
    ['null', 'null'],
    ['of another kind', JSON.stringify({ from: 'x', upstream: 'demo', kind: 'burst' })],
    ['of a negative time', JSON.stringify({ ...OPENED, for_ms: -1 })],
    ['of years', JSON.stringify({ ...OPENED, for_ms: 1e12 })],
    ['about a number', JSON.stringify({ ...OPENED, for_ms: 1, upstream: 5 })],
    ['that is too long', JSON.stringify({ ...OPENED, for_ms: 1, more: 'x'.repeat(2_000) })],
  ])('a message %s says nothing', async (_, message) => {
    const [one, two] = [openReplica(redis.url), openReplica(redis.url)];
    await connected(one, two);
    await admin.publish(CHANNEL, message);
    one.sharing.publish(trip('after'));
    await vi.waitFor(() => expect(lastOf(two, 'after')).toBe('tripped'), SOON);
    expect(two.heard).toHaveBeenCalledOnce();
  });

  it('a trip whose message was lost is found by reading again', async () => {
    const one = openReplica(redis.url, 50);
    await admin.hset(TRIPPED, { demo: '{}', _kept: '' });
    await vi.waitFor(() => expect(lastOf(one, 'demo')).toBe('tripped'), SOON);
    await admin.hdel(TRIPPED, 'demo');
    await vi.waitFor(() => expect(lastOf(one, 'demo')).toBe('reset'), SOON);
  });

  it('a hash that is something else costs only what outlives replicas', async () => {
    await admin.set(TRIPPED, 'not a hash');
    const [one, two] = [openReplica(redis.url, 50), openReplica(redis.url, 50)];
    await connected(one, two);
    one.sharing.publish(trip('demo'));
    await admin.del(TRIPPED);
    await vi.waitFor(() => expect(lastOf(two, 'demo')).toBe('tripped'), SOON);
  });
});

describe('a Redis that is away', () => {
  async function startWithTwo() {
    const redis = await RedisServer.start();
    cleanups.push(() => redis.stop());
    const [one, two] = [openReplica(redis.url, 200), openReplica(redis.url, 200)];
    await connected(one, two);
    return { redis, one, two };
  }

  it('is told of trips and resets when it is back, and of the last word only', async () => {
    const { redis, one, two } = await startWithTwo();
    await redis.kill();
    one.sharing.publish(trip('demo'));
    one.sharing.publish(trip('other'));
    one.sharing.publish(reset('other'));
    await redis.restart();
    await vi.waitFor(() => expect(lastOf(two, 'demo')).toBe('tripped'), SOON);
    expect(lastOf(two, 'other')).not.toBe('tripped');
  });

  it('and has forgotten all is told of the trips again', async () => {
    const { redis, one, two } = await startWithTwo();
    one.sharing.publish(trip('demo'));
    await vi.waitFor(() => expect(lastOf(two, 'demo')).toBe('tripped'), SOON);
    await redis.kill();
    await redis.restart();
    const admin = redis.connect();
    cleanups.push(() => admin.disconnect());
    await vi.waitFor(async () => expect(await admin.hexists(TRIPPED, 'demo')).toBe(1), SOON);
    await connected(two, one);
    expect(lastOf(two, 'demo')).toBe('tripped');
  });

  it('frozen, makes nobody wait, and is caught up with when it is thawed', async () => {
    const { redis, one, two } = await startWithTwo();
    redis.pause();
    cleanups.push(() => redis.resume());
    one.sharing.publish(trip('demo'));
    one.sharing.publish({ upstream: 'demo', kind: 'opened', forMs: 5 });
    expect(two.heard).not.toHaveBeenCalled();
    redis.resume();
    await vi.waitFor(() => expect(lastOf(two, 'demo')).toBe('tripped'), SOON);
  });

  it('from the start is used when it comes', async () => {
    const port = await freePort();
    const url = `redis://127.0.0.1:${port}`;
    const [one, two] = [openReplica(url, 200), openReplica(url, 200)];
    one.sharing.publish(trip('demo'));
    const redis = await RedisServer.start(port);
    cleanups.push(() => redis.stop());
    await vi.waitFor(() => expect(lastOf(two, 'demo')).toBe('tripped'), SOON);
  });
});

describe('a Redis that forbids it', () => {
  it('costs only the sharing', async () => {
    const redis = await RedisServer.start();
    cleanups.push(() => redis.stop());
    const admin = redis.connect();
    cleanups.push(() => admin.disconnect());
    await admin.acl('SETUSER', 'stranger', 'reset', 'on', '>word', '+ping');
    const url = redis.url.replace('//', '//stranger:word@');
    const one = openReplica(url, 50);
    one.sharing.publish(trip('demo'));
    one.sharing.publish({ upstream: 'demo', kind: 'opened', forMs: 5 });
    const denied = async () => {
      const { count } =
        /NOPERM:count=(?<count>\d+)/.exec(await admin.info('errorstats'))?.groups ?? {};
      return Number(count ?? 0);
    };
    await vi.waitFor(async () => expect(await denied()).toBeGreaterThan(2), SOON);
    await admin.acl('SETUSER', 'stranger', '+@all', '~*', '&*');
    await vi.waitFor(async () => expect(await admin.hexists(TRIPPED, 'demo')).toBe(1), SOON);
  });
});

describe('a cluster', () => {
  it('shares trips between all, whichever node has the hash', async () => {
    const cluster = await RedisCluster.start({ replicas: false });
    cleanups.push(() => cluster.stop());
    const [one, two] = [openReplica(cluster.url, 200), openReplica(cluster.url, 200)];
    await connected(one, two);
    one.sharing.publish(trip('demo'));
    await vi.waitFor(() => expect(lastOf(two, 'demo')).toBe('tripped'), SOON);
    const late = openReplica(cluster.url);
    await vi.waitFor(() => expect(lastOf(late, 'demo')).toBe('tripped'), SOON);
    late.sharing.publish(reset('demo'));
    await vi.waitFor(() => expect(lastOf(one, 'demo')).toBe('reset'), SOON);
    expect(await cluster.masterOf(TRIPPED).admin.hkeys(TRIPPED)).toEqual(['_kept']);
  });
});

describe('behind Sentinels', () => {
  it('a trip goes to the new master after a failover', async () => {
    const group = await SentinelGroup.start();
    cleanups.push(() => group.stop());
    const [one, two] = [openReplica(group.url, 200), openReplica(group.url, 200)];
    await connected(one, two);
    one.sharing.publish(trip('before'));
    await vi.waitFor(() => expect(lastOf(two, 'before')).toBe('tripped'), SOON);
    await group.failOver();
    one.sharing.publish(trip('after'));
    await vi.waitFor(() => expect(lastOf(two, 'after')).toBe('tripped'), SOON);
  });
});
