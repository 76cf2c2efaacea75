import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  createTrafficHistory,
  createTrafficHub,
  FLUSH_MS,
  type TrafficHistory,
  type TrafficHub,
} from '../../lib/telemetry/traffic';
import { fleetOn } from '../support/fleet';
import { RedisServer } from '../support/redis';
import { callsOf } from '../support/redis-calls';
import { requestRecord } from '../telemetry/traffic/traffic';

const SOON = { timeout: 20_000 };

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

interface Replica {
  readonly hub: TrafficHub;
  readonly history: TrafficHistory;
  /** Stops it as SIGTERM does. */
  stop(): Promise<void>;
}

async function open(url: string, replica: string): Promise<Replica> {
  const fleet = fleetOn(url, replica);
  await fleet.ready;
  const history = createTrafficHistory();
  const { instance } = fleet.self;
  const hub = createTrafficHub({ replica, instance, link: fleet.traffic, history });
  await hub.loaded;
  const stop = async () => {
    await hub.close();
    await fleet.close();
  };
  cleanups.push(stop);
  return { hub, history, stop };
}

/** What a replica knows of the last half hour, by seconds or by minutes. */
async function totalsOf({ history }: Replica, step = 1) {
  const to = Math.ceil(Date.now() / 60_000) * 60;
  const query = { from: to - 1_800, to, step, filter: {} };
  const { totals, replicas, blocked } = await history.query(query);
  return {
    allowed: totals.allowed,
    denied: totals.denied,
    errors: totals.errors,
    replicas: Object.fromEntries(replicas.map(({ name, allowed }) => [name, allowed])),
    blocked: blocked.clients.map(({ value, count }) => [value, count]),
  };
}

/** Counts requests at a replica until it is told to stop. @returns how many of each there were */
function keepAsking({ hub }: Replica) {
  const counted = { allowed: 0, denied: 0, errors: 0 };
  const timer = setInterval(() => {
    for (let i = 0; i < 10; i++) {
      hub.onAnswer(requestRecord());
      counted.allowed += 1;
    }
    hub.onAnswer(requestRecord({ isRefused: true }));
    hub.onAnswer(requestRecord({ status: 502, route: '/other' }));
    counted.denied += 1;
    counted.errors += 1;
  }, 5);
  cleanups.push(() => clearInterval(timer));
  return {
    stop() {
      clearInterval(timer);
      return counted;
    },
  };
}

async function startDurable(): Promise<RedisServer> {
  const redis = await RedisServer.start(undefined, {
    config: ['appendonly yes', 'appendfsync always'],
  });
  cleanups.push(() => redis.stop());
  return redis;
}

describe('what replicas count', () => {
  it('is exact on all of them whatever Redis does meanwhile, and after all have started anew', async () => {
    const redis = await startDurable();
    const [one, two] = [await open(redis.url, 'one'), await open(redis.url, 'two')];
    const [atOne, atTwo] = [keepAsking(one), keepAsking(two)];
    await wait(600);
    await redis.kill();
    await wait(600);
    await redis.restart();
    await wait(1_500);
    redis.pause();
    await wait(1_500);
    redis.resume();
    await wait(600);
    const [ofOne, ofTwo] = [atOne.stop(), atTwo.stop()];
    const expected = {
      allowed: ofOne.allowed + ofTwo.allowed,
      denied: ofOne.denied + ofTwo.denied,
      errors: ofOne.errors + ofTwo.errors,
      replicas: { one: ofOne.allowed, two: ofTwo.allowed },
      blocked: [['192.0.2.1', ofOne.denied + ofTwo.denied]],
    };
    for (const replica of [one, two]) {
      await vi.waitFor(async () => expect(await totalsOf(replica)).toEqual(expected), SOON);
    }
    await Promise.all([one.stop(), two.stop()]);
    const three = await open(redis.url, 'three');
    for (const step of [1, 60]) expect(await totalsOf(three, step)).toEqual(expected);
  });

  it.each([1, 500])('costs Redis as much at %i requests each 5 ms', async (perTick) => {
    const redis = await startDurable();
    const admin = redis.connect();
    cleanups.push(() => admin.disconnect());
    const { hub, stop } = await open(redis.url, 'one');
    await admin.config('RESETSTAT');
    const startedMs = performance.now();
    const timer = setInterval(() => {
      for (let i = 0; i < perTick; i++) hub.onAnswer(requestRecord({ isRefused: i % 2 === 0 }));
    }, 5);
    cleanups.push(() => clearInterval(timer));
    await wait(2_000);
    clearInterval(timer);
    await stop();
    const calls = await callsOf(admin);
    const [flushes = 0, hset = 0, expire = 0] = ['publish', 'hset', 'expire'].map((name) =>
      calls.get(name),
    );
    const due = (performance.now() - startedMs) / FLUSH_MS;
    expect(flushes).toBeGreaterThan(1);
    expect(flushes).toBeLessThanOrEqual(due + 2);
    // Seconds, minutes, and those who were refused in minutes and hours; more where two of them meet.
    expect(hset).toBeLessThanOrEqual(4 * flushes + 4);
    expect(expire).toBe(hset);
  });

  it('is not lost by a replica that stops at once, nor counted twice by its successor', async () => {
    const redis = await startDurable();
    const first = await open(redis.url, 'same');
    for (let i = 0; i < 1_000; i++) first.hub.onAnswer(requestRecord());
    await first.stop();
    const second = await open(redis.url, 'same');
    for (let i = 0; i < 500; i++) second.hub.onAnswer(requestRecord());
    await second.stop();
    const { allowed, replicas } = await totalsOf(await open(redis.url, 'later'));
    expect([allowed, replicas]).toEqual([1_500, { same: 1_500 }]);
  });
});
