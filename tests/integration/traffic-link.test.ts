import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { BlockedSlot, Frame, LiveDecision, TrafficLink } from '../../lib/telemetry/traffic';
import { cellOf, fleetOn, frameOf, slotOf, type TestFleet } from '../support/fleet';
import { freePort } from '../support/free-port';
import { loadedFrom } from '../support/loaded';
import { RedisServer } from '../support/redis';
import { callsOf } from '../support/redis-calls';
import { RedisCluster } from '../support/redis-cluster';
import { SentinelGroup } from '../support/redis-sentinel';

const FRAMES = 'floodgate:{traffic}:frames';
const SOON = { timeout: 15_000 };
const HOUR = 3_600;
const WEEK = 7 * 24 * HOUR;

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  vi.restoreAllMocks();
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

interface Replica {
  readonly fleet: TestFleet;
  readonly link: TrafficLink;
  readonly heard: Frame[];
  gaps: number;
}

function open(url: string, name = 'one'): Replica {
  const fleet = fleetOn(url, name);
  cleanups.push(() => fleet.close());
  const link = fleet.traffic;
  if (link === undefined) throw new TypeError('a fleet on Redis has a link');
  const replica: Replica = { fleet, link, heard: [], gaps: 0 };
  link.listen({
    onFrame: (frame) => replica.heard.push(frame),
    onGap: () => {
      replica.gaps += 1;
    },
  });
  return replica;
}

const nowSeconds = () => Math.floor(Date.now() / 1_000);
const minuteOf = (second: number) => second - (second % 60);

/** Sends, for as long as it takes Redis to be there. */
const sendAtLast = (link: TrafficLink, frame: Frame) => vi.waitFor(() => link.send(frame), SOON);

/** Resolves when what one sends reaches the others. */
async function joined(...replicas: Replica[]): Promise<void> {
  const [from, ...others] = replicas;
  if (from === undefined) return;
  await vi.waitFor(async () => {
    const id = randomUUID();
    await from.link.send(frameOf(from.fleet.self, { decisions: [decisionOf(id)] }));
    const hasReachedAll = () => {
      for (const { heard } of others) {
        expect(heard.some(({ decisions }) => decisions[0]?.id === id)).toBe(true);
      }
    };
    await vi.waitFor(hasReachedAll, { timeout: 200 });
  }, SOON);
  for (const { heard } of others) heard.length = 0;
}

function decisionOf(id: string): LiveDecision {
  return {
    id,
    at: Date.now(),
    replica: 'one',
    method: 'GET',
    path: '/api/x',
    identity: { kind: 'ip', value: '203.0.113.7' },
    route: '/api/x',
    policy: 'each',
    verdict: 'denied',
    status: 429,
    duration_ms: 1.5,
    weight: 1,
  };
}

function blockedOf(at: number, span: BlockedSlot['span']): BlockedSlot {
  const clients = [{ kind: 'ip', value: '203.0.113.7', count: 7, error: 1 }] as const;
  return { at, span, total: 9, floor: 2, clients };
}

/** What is loaded, by instance: its slots in order of time. */
function kept(frames: readonly Frame[], instance: string) {
  const own = frames.filter((frame) => frame.instance === instance);
  const inOrder = <S extends { at: number }>(slots: S[]) => slots.sort((a, b) => a.at - b.at);
  return {
    replicas: [...new Set(own.map(({ replica }) => replica))],
    seconds: inOrder(own.flatMap(({ seconds }) => seconds)),
    minutes: inOrder(own.flatMap(({ minutes }) => minutes)),
    blocked: inOrder(own.flatMap(({ blocked }) => blocked)),
  };
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

  /** A frame of everything that there is. */
  function fullFrame({ fleet: { self } }: Replica, count = 3): Frame {
    const second = nowSeconds();
    return frameOf(self, {
      seconds: [slotOf(second, cellOf(count), cellOf(count, { route: '-', policy: '-' }))],
      minutes: [slotOf(minuteOf(second), cellOf(count, { denied: 2, errors: 1 }))],
      blocked: [blockedOf(minuteOf(second), 'minute'), blockedOf(second - (second % HOUR), 'hour')],
      decisions: [decisionOf('r-1')],
    });
  }

  it('a frame is told to all others as it was sent, and not to its own replica', async () => {
    const [one, two, three] = [open(redis.url), open(redis.url), open(redis.url)];
    await joined(one, two, three);
    const frame = fullFrame(one);
    await one.link.send(frame);
    await vi.waitFor(() => expect(two.heard).toEqual([frame]), SOON);
    await vi.waitFor(() => expect(three.heard).toEqual([frame]), SOON);
    expect(one.heard).toEqual([]);
  });

  it('a process that starts later loads what others have sent, names included', async () => {
    const [one, two] = [open(redis.url, 'first'), open(redis.url, 'second')];
    const [ofOne, ofTwo] = [fullFrame(one), fullFrame(two, 5)];
    await Promise.all([one.link.send(ofOne), two.link.send(ofTwo)]);
    const late = open(redis.url);
    const frames = await loadedFrom(late.link, 0);
    for (const [sent, name] of [
      [ofOne, 'first'],
      [ofTwo, 'second'],
    ] as const) {
      const { seconds, minutes, blocked } = sent;
      const found = kept(frames, sent.instance);
      expect(found).toEqual({
        replicas: [name],
        seconds,
        minutes,
        blocked: blocked.toSorted((a, b) => a.at - b.at),
      });
    }
  });

  it('a slot that is told again replaces what was told before', async () => {
    const one = open(redis.url);
    const { instance } = one.fleet.self;
    for (const count of [1, 2, 40]) await one.link.send(fullFrame(one, count));
    const { seconds, minutes } = kept(await loadedFrom(one.link, 0), instance);
    expect(seconds.at(-1)?.cells[0]?.allowed).toBe(40);
    expect(minutes.at(-1)?.cells[0]?.allowed).toBe(40);
    expect(new Set(seconds.map(({ at }) => at)).size).toBe(seconds.length);
  });

  it('only what is younger is loaded, in whole hashes', async () => {
    const one = open(redis.url);
    const now = nowSeconds();
    const ages = [0, 300, 1_800, 3_000];
    const seconds = ages.map((age) => slotOf(now - age, cellOf(1)));
    await one.link.send(frameOf(one.fleet.self, { seconds }));
    const found = kept(await loadedFrom(one.link, now - 600), one.fleet.self.instance);
    expect(found.seconds.map(({ at }) => now - at)).toEqual([300, 0]);
    expect(kept(await loadedFrom(one.link, 0), one.fleet.self.instance).seconds).toHaveLength(4);
  });

  it('an hour that could not be told arrives whole, in parts that are within bounds', async () => {
    const [one, two] = [open(redis.url), open(redis.url)];
    await joined(one, two);
    const now = nowSeconds();
    const cells = Array.from({ length: 10 }, (_, i) => cellOf(1, { route: `/r/${i}` }));
    const seconds = Array.from({ length: 3_000 }, (_, i) => slotOf(now - 3_000 + i, ...cells));
    await one.link.send(frameOf(one.fleet.self, { seconds, decisions: [decisionOf('last')] }));
    await vi.waitFor(() => expect(two.heard.at(-1)?.decisions).toHaveLength(1), SOON);
    expect(two.heard.flatMap((frame) => frame.seconds)).toEqual(seconds);
    const found = kept(await loadedFrom(two.link, 0), one.fleet.self.instance);
    expect(found.seconds).toEqual(seconds);
  });

  it('everything that is written ends by itself', async () => {
    const one = open(redis.url);
    await one.fleet.ready;
    await one.link.send(fullFrame(one));
    const keys = await admin.keys('*');
    expect(keys.length).toBeGreaterThanOrEqual(6);
    const lives = new Map(
      await Promise.all(keys.map(async (key) => [key, await admin.ttl(key)] as const)),
    );
    for (const [key, seconds] of lives) {
      expect(seconds, key).toBeGreaterThan(0);
      const isShort = key.includes(':seconds:') || key.includes('{replicas}');
      expect(seconds, key).toBeLessThanOrEqual(isShort ? 2 * HOUR : WEEK + 25 * HOUR);
    }
  });

  it('as many commands are sent for a busy flush as for a quiet one', async () => {
    const one = open(redis.url);
    const { self } = one.fleet;
    await one.link.send(fullFrame(one));
    const commandsOf = async (frame: Frame) => {
      const before = await callsOf(admin);
      await one.link.send(frame);
      const after = await callsOf(admin);
      return Object.fromEntries(
        ['multi', 'hset', 'expire', 'publish', 'time', 'exec'].map((name) => [
          name,
          (after.get(name) ?? 0) - (before.get(name) ?? 0),
        ]),
      );
    };
    // By now a status was told in between at most, which has no HSET and no EXPIRE.
    const second = minuteOf(nowSeconds());
    const flushOf = (cells: number, decisions: number) =>
      frameOf(self, {
        seconds: [slotOf(second, ...manyCells(cells))],
        minutes: [slotOf(second, ...manyCells(cells))],
        blocked: [blockedOf(second, 'minute'), blockedOf(second - (second % HOUR), 'hour')],
        decisions: Array.from({ length: decisions }, (_, i) => decisionOf(`r-${i}`)),
      });
    const quiet = await commandsOf(flushOf(1, 1));
    const busy = await commandsOf(flushOf(300, 100));
    expect(quiet).toMatchObject({ hset: 4, expire: 4, publish: 1 });
    expect(busy).toMatchObject({ hset: 4, expire: 4, publish: 1 });
  });

  it('hostile messages are not told to anybody', async () => {
    const [one, two] = [open(redis.url), open(redis.url)];
    await joined(one, two);
    const good = fullFrame(one);
    const [second] = good.seconds;
    const hostile: unknown[] = [
      null,
      {},
      [],
      { ...good, instance: 'x'.repeat(65) },
      { ...good, seconds: [{ at: -1, cells: [] }] },
      { ...good, seconds: Array.from({ length: 10_000 }, (_, at) => ({ at, cells: [] })) },
      { ...good, seconds: [{ at: 1, cells: [{ ...second?.cells[0], latency: '!!!' }] }] },
      { ...good, seconds: [{ at: 1, cells: [{ ...second?.cells[0], allowed: 1e9 }] }] },
      { ...good, decisions: [{ ...decisionOf('x'), path: 'x'.repeat(10_000) }] },
      { ...good, replica: { toString: 'x' } },
    ];
    for (const message of hostile) await admin.publish(FRAMES, JSON.stringify(message));
    await admin.publish(FRAMES, 'no JSON');
    await admin.publish(FRAMES, '{"instance":"'.padEnd(9_000_000, 'x'));
    await one.link.send(good);
    await vi.waitFor(() => expect(two.heard).toEqual([good]), SOON);
  });

  it('hostile fields are left out of what is loaded', async () => {
    const one = open(redis.url);
    const { instance } = one.fleet.self;
    const second = nowSeconds();
    const sent = slotOf(second, cellOf(3));
    await one.link.send(frameOf(one.fleet.self, { seconds: [sent] }));
    const key = `floodgate:{traffic}:seconds:${minuteOf(second)}`;
    expect(await admin.exists(key)).toBe(1);
    await admin.hset(key, {
      'no field': '[]',
      [`${second}|nameless`]: '[["/x","each",1,0,0,""]]',
      [`${second - 1}|${instance}`]: 'no JSON',
      [`${second - 2}|${instance}`]: '[["/x","each",-1,0,0,""]]',
      [`${second - 3}|${instance}`]: '{"__proto__":[]}',
      'name|other': 'x'.repeat(300),
      [`${second}|other`]: '[]',
    });
    const frames = await loadedFrom(one.link, 0);
    expect(frames).toHaveLength(1);
    expect(kept(frames, instance).seconds).toEqual([sent]);
  });

  it.each([-30_000, 45_000])('a clock that is %i ms off is known to be', async (offMs) => {
    const realNow = Date.now;
    vi.spyOn(Date, 'now').mockImplementation(() => realNow() + offMs);
    const one = open(redis.url);
    expect(one.link.clockOffsetMs).toBe(0);
    await one.fleet.ready;
    expect(Math.abs(one.link.clockOffsetMs + offMs)).toBeLessThan(250);
    await one.link.send(fullFrame(one));
    expect(Math.abs(one.link.clockOffsetMs + offMs)).toBeLessThan(250);
  });
});

describe('a Redis that is away', () => {
  it('rejects what is sent, and is whole again when the same is told after it', async () => {
    const redis = await RedisServer.start();
    cleanups.push(() => redis.stop());
    const [one, two] = [open(redis.url), open(redis.url)];
    await joined(one, two);
    const second = nowSeconds();
    const frameAt = (count: number) =>
      frameOf(one.fleet.self, { seconds: [slotOf(second, cellOf(count))] });
    await one.link.send(frameAt(1));
    await redis.kill();
    await expect(one.link.send(frameAt(2))).rejects.toThrow();
    await expect(loadedFrom(one.link, 0)).rejects.toThrow();
    const gaps = two.gaps;
    await redis.restart();
    await sendAtLast(one.link, frameAt(3));
    await vi.waitFor(() => expect(two.gaps).toBeGreaterThan(gaps), SOON);
    // Emptied by its end, and told everything that is needed again.
    const found = await vi.waitFor(() => loadedFrom(two.link, 0), SOON);
    expect(kept(found, one.fleet.self.instance).seconds).toEqual(frameAt(3).seconds);
    await joined(one, two);
  });

  it('frozen, keeps nobody waiting beyond the bound, and is told when it is thawed', async () => {
    const redis = await RedisServer.start();
    cleanups.push(() => redis.stop());
    const [one, two] = [open(redis.url), open(redis.url)];
    await joined(one, two);
    redis.pause();
    cleanups.push(() => redis.resume());
    const frame = frameOf(one.fleet.self, { seconds: [slotOf(nowSeconds(), cellOf(4))] });
    await expect(one.link.send(frame)).rejects.toThrow(/no answer|unreachable/);
    // From now on without being asked at all.
    await expect(one.link.send(frame)).rejects.toThrow(/unreachable/);
    redis.resume();
    await sendAtLast(one.link, frame);
    const found = await vi.waitFor(() => loadedFrom(two.link, 0), SOON);
    expect(kept(found, one.fleet.self.instance).seconds).toEqual(frame.seconds);
  });

  it('from the start is used when it comes', async () => {
    const port = await freePort();
    const one = open(`redis://127.0.0.1:${port}`);
    await one.fleet.ready;
    const frame = frameOf(one.fleet.self, { seconds: [slotOf(nowSeconds(), cellOf(4))] });
    await expect(one.link.send(frame)).rejects.toThrow();
    const redis = await RedisServer.start(port);
    cleanups.push(() => redis.stop());
    await sendAtLast(one.link, frame);
    expect(kept(await loadedFrom(one.link, 0), one.fleet.self.instance).seconds).toEqual(
      frame.seconds,
    );
  });

  it('full, says so by rejecting', async () => {
    const redis = await RedisServer.start();
    cleanups.push(() => redis.stop());
    const one = open(redis.url);
    await one.fleet.ready;
    const admin = redis.connect();
    cleanups.push(() => admin.disconnect());
    await admin.config('SET', 'maxmemory', '1');
    const frame = frameOf(one.fleet.self, { seconds: [slotOf(nowSeconds(), cellOf(4))] });
    await expect(one.link.send(frame)).rejects.toMatchObject({ kind: 'out-of-memory' });
    await admin.config('SET', 'maxmemory', '0');
    await sendAtLast(one.link, frame);
    expect(kept(await loadedFrom(one.link, 0), one.fleet.self.instance).seconds).toEqual(
      frame.seconds,
    );
  });
});

describe('a cluster', () => {
  it('tells frames to all and keeps them, also while their slot moves to another node', async () => {
    const cluster = await RedisCluster.start({ replicas: false });
    cleanups.push(() => cluster.stop());
    const [one, two] = [open(cluster.url), open(cluster.url)];
    await joined(one, two);
    const second = nowSeconds();
    const frameAt = (count: number) =>
      frameOf(one.fleet.self, {
        seconds: [slotOf(second, cellOf(count))],
        minutes: [slotOf(minuteOf(second), cellOf(count))],
      });
    await one.link.send(frameAt(1));
    await vi.waitFor(() => expect(two.heard.at(-1)).toEqual(frameAt(1)), SOON);
    const owner = cluster.masterOf(FRAMES);
    const other = cluster.masters.find((master) => master !== owner);
    if (other === undefined) throw new TypeError('a cluster has other masters');
    const slot = await owner.admin.cluster('KEYSLOT', FRAMES);
    await cluster.moveSlot(slot, owner, other);
    await sendAtLast(one.link, frameAt(2));
    const found = await vi.waitFor(() => loadedFrom(two.link, 0), SOON);
    expect(kept(found, one.fleet.self.instance)).toMatchObject({
      seconds: frameAt(2).seconds,
      minutes: frameAt(2).minutes,
    });
  });
});

describe('behind Sentinels', () => {
  it('frames go to the new master after a failover', async () => {
    const group = await SentinelGroup.start();
    cleanups.push(() => group.stop());
    const [one, two] = [open(group.url), open(group.url)];
    await joined(one, two);
    const second = nowSeconds();
    const frame = frameOf(one.fleet.self, { seconds: [slotOf(second, cellOf(2))] });
    await group.failOver();
    await sendAtLast(one.link, frame);
    const found = await vi.waitFor(() => loadedFrom(two.link, 0), SOON);
    expect(kept(found, one.fleet.self.instance).seconds).toEqual(frame.seconds);
    await joined(one, two);
  });
});

function manyCells(count: number) {
  return Array.from({ length: count }, (_, i) => cellOf(20, { route: `/r/${i}` }));
}
