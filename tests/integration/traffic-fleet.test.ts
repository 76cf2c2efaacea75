import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import type { Fleet, Question } from '../../lib/telemetry/fleet';
import type { ReplicaSources } from '../../lib/telemetry/fleet/replicas';
import { fleetOn, type TestFleet } from '../support/fleet';
import { RedisServer } from '../support/redis';
import { RedisCluster } from '../support/redis-cluster';

const REPLICAS = 'floodgate:{replicas}';
const SOON = { timeout: 15_000 };
const CLOSED = {
  state: 'closed',
  isTripped: false,
  sinceMs: 0,
  probeAtMs: undefined,
  requests: 0,
  failures: 0,
  slow: 0,
} as const;

const hello: Question<null, string> = { kind: 'hello', asked: z.null(), answered: z.string() };
const double: Question<number, number> = {
  kind: 'double',
  asked: z.number().max(1_000),
  answered: z.number().max(10_000),
};

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  vi.restoreAllMocks();
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

function open(url: string, name: string, sources: Partial<ReplicaSources> = {}): TestFleet {
  const fleet = fleetOn(url, name, sources);
  cleanups.push(() => fleet.close());
  return fleet;
}

/** Names and states as one sees them. */
async function seenBy(fleet: Fleet): Promise<string[]> {
  return (await fleet.replicas()).map(({ status, state }) => `${status.replica} ${state}`);
}

/** Resolves when everybody knows of all the others, and is answered by them. */
async function joined(...fleets: TestFleet[]): Promise<void> {
  for (const fleet of fleets) fleet.answer(hello, () => 'hello');
  for (const fleet of fleets) {
    await vi.waitFor(async () => {
      const { asked, answers } = await fleet.ask(hello, null);
      expect([asked, answers.length]).toEqual([fleets.length - 1, fleets.length - 1]);
    }, SOON);
  }
}

describe('replicas on one Redis', () => {
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

  it('know of each other, and how each is', async () => {
    const one = open(redis.url, 'one');
    const two = open(redis.url, 'two', {
      config: () => ({ kind: 'postgres', status: 'unreachable', version: 7 }),
      requestsPerSecond: () => 123,
      inFlight: () => 4,
      connections: () => 5,
      breakers: () => [
        { name: 'shop', breaker: { ...CLOSED, state: 'open', isTripped: true } },
        { name: 'quiet', breaker: CLOSED },
      ],
    });
    await joined(one, two);
    const [own, other] = await one.replicas();
    expect(own).toMatchObject({ isSelf: true, state: 'live', status: one.self });
    expect(other).toMatchObject({
      isSelf: false,
      state: 'live',
      status: {
        ...two.self,
        config: { kind: 'postgres', status: 'unreachable', version: 7 },
        store: { kind: 'redis', status: 'ok', latency_ms: 0.417 },
        requests_per_second: 123,
        in_flight: 4,
        connections: 5,
        breakers: [{ upstream: 'shop', state: 'open', tripped: true }],
      },
    });
    expect(other?.status.memory_mib).toBeGreaterThan(1);
    expect(Math.abs((other?.seenAtMs ?? 0) - Date.now())).toBeLessThan(5_000);
  });

  it('of one name are told apart', async () => {
    const [one, two] = [open(redis.url, 'same'), open(redis.url, 'same')];
    await joined(one, two);
    const instances = (await one.replicas()).map(({ status }) => status.instance);
    expect(instances).toEqual([one.self.instance, two.self.instance]);
  });

  it('that stop in order are not known any more', async () => {
    const one = open(redis.url, 'one');
    const two = fleetOn(redis.url, 'two');
    await joined(one, two);
    await two.close();
    await vi.waitFor(async () => expect(await seenBy(one)).toEqual(['one live']), SOON);
    expect(await admin.keys(`*${two.self.instance}*`)).toEqual([]);
  });

  /** One that told of itself so long ago and never again. */
  async function tellOfDead(like: TestFleet, agoMs: number): Promise<void> {
    const [sighting] = await like.replicas();
    const instance = randomUUID();
    const status = { ...sighting?.status, replica: 'dead', instance };
    await admin.set(`${REPLICAS}:${instance}`, JSON.stringify(status), 'PX', 600_000);
    await admin.zadd(REPLICAS, Date.now() - agoMs, instance);
  }

  it.each([
    [5_000, 'silent'],
    [20_000, 'gone'],
  ])('not heard of for %i ms are %s, and not asked', async (agoMs, state) => {
    const one = open(redis.url, 'one');
    await one.ready;
    await tellOfDead(one, agoMs);
    const expected = ['one live', `dead ${state}`];
    await vi.waitFor(async () => expect(await seenBy(one)).toEqual(expected), SOON);
    expect((await one.ask(hello, null)).asked).toBe(0);
  });

  it('not heard of for ten minutes are forgotten', async () => {
    const one = open(redis.url, 'one');
    await one.ready;
    await tellOfDead(one, 601_000);
    await vi.waitFor(async () => expect(await admin.zcard(REPLICAS)).toBe(1), SOON);
    expect(await seenBy(one)).toEqual(['one live']);
  });

  it('whose clock is wrong is neither forgotten nor makes others be', async () => {
    const one = open(redis.url, 'one');
    await one.ready;
    const realNow = Date.now;
    vi.spyOn(Date, 'now').mockImplementation(() => realNow() + 86_400_000);
    const two = open(redis.url, 'two');
    await two.ready;
    vi.restoreAllMocks();
    for (const { self } of [one, two]) {
      const seenAtMs = Number(await admin.zscore(REPLICAS, self.instance));
      expect(Math.abs(seenAtMs - Date.now())).toBeLessThan(5_000);
    }
  });

  it('that say nonsense are not listed', async () => {
    const one = open(redis.url, 'one');
    await one.ready;
    const [sighting] = await one.replicas();
    const now = Date.now();
    const nonsense = {
      'no-status': undefined,
      'no-json': 'no JSON',
      'other-instance': JSON.stringify({ ...sighting?.status, instance: 'another' }),
      'too-long': JSON.stringify({
        ...sighting?.status,
        instance: 'too-long',
        more: ' '.repeat(300_000),
      }),
      'wrong-type': JSON.stringify({ ...sighting?.status, instance: 'wrong-type', in_flight: 'x' }),
    };
    for (const [instance, text] of Object.entries(nonsense)) {
      await admin.zadd(REPLICAS, now, instance);
      if (text !== undefined) await admin.set(`${REPLICAS}:${instance}`, text);
    }
    await admin.zadd(REPLICAS, now, 'no instance at all {}');
    const two = open(redis.url, 'two');
    await vi.waitFor(async () => expect(await seenBy(one)).toEqual(['one live', 'two live']), SOON);
    expect(await seenBy(two)).toEqual(['two live', 'one live']);
  });

  it('are asked all at once, and answer before the time is over', async () => {
    const fleets = ['one', 'two', 'three'].map((name) => open(redis.url, name));
    const [one, two, three] = fleets;
    if (one === undefined || two === undefined || three === undefined) throw new TypeError();
    await joined(...fleets);
    two.answer(double, (n) => n * 2);
    three.answer(double, async (n) => n * 2 + 1);
    // Longer than any test may take: it ends by the answers alone.
    const { asked, answers } = await one.ask(double, 21, { withinMs: 600_000 });
    expect(asked).toBe(2);
    expect(answers.toSorted((a, b) => a.body - b.body)).toEqual([
      { replica: 'two', instance: two.self.instance, body: 42 },
      { replica: 'three', instance: three.self.instance, body: 43 },
    ]);
  });

  it('that cannot answer say so at once, and are missing among the answers', async () => {
    const [one, two] = [open(redis.url, 'one'), open(redis.url, 'two')];
    await joined(one, two);
    const patient = { withinMs: 600_000 };
    const unanswered = { asked: 1, answers: [] };
    // Not known there.
    expect(await one.ask(double, 1, patient)).toEqual(unanswered);
    two.answer(double, () => {
      throw new Error('no');
    });
    expect(await one.ask(double, 1, patient)).toEqual(unanswered);
    // Not a question that may be asked, and not an answer that may be given.
    two.answer(double, (n) => n * 100);
    expect(await one.ask(double, 5_000, patient)).toEqual(unanswered);
    expect(await one.ask(double, 900, patient)).toEqual(unanswered);
    const long: Question<null, string> = { kind: 'long', asked: z.null(), answered: z.string() };
    two.answer(long, () => 'x'.repeat(300_000));
    expect(await one.ask(long, null, patient)).toEqual(unanswered);
    two.answer(long, () => 'x'.repeat(250_000));
    expect((await one.ask(long, null, patient)).answers[0]?.body).toHaveLength(250_000);
  });

  it('that do not answer in time are not waited for', async () => {
    const [one, two, three] = [
      open(redis.url, 'one'),
      open(redis.url, 'two'),
      open(redis.url, 'three'),
    ];
    await joined(one, two, three);
    two.answer(double, () => new Promise<number>(() => undefined));
    three.answer(double, (n) => n);
    const { asked, answers } = await one.ask(double, 7, { withinMs: 300 });
    expect([asked, answers.map(({ replica }) => replica)]).toEqual([2, ['three']]);
  });

  it('are not asked more than so many questions at once', async () => {
    const [one, two] = [open(redis.url, 'one'), open(redis.url, 'two')];
    await joined(one, two);
    let release: (n: number) => void = () => undefined;
    const released = new Promise<number>((resolve) => {
      release = resolve;
    });
    let came = 0;
    two.answer(double, () => {
      came += 1;
      return released;
    });
    const first = Array.from({ length: 20 }, () => one.ask(double, 1, { withinMs: 600_000 }));
    await vi.waitFor(() => expect(came).toBe(20), SOON);
    expect(await one.ask(double, 1, { withinMs: 600_000 })).toEqual({ asked: 1, answers: [] });
    release(5);
    for (const { answers } of await Promise.all(first)) expect(answers[0]?.body).toBe(5);
    expect((await one.ask(double, 1)).answers).toHaveLength(1);
  });

  it('do not listen to messages that nobody of them sent', async () => {
    const [one, two] = [open(redis.url, 'one'), open(redis.url, 'two')];
    await joined(one, two);
    const inbox = `floodgate:inbox:${one.self.instance}`;
    const stranger = randomUUID();
    let asked = '';
    const spy = redis.connect();
    cleanups.push(() => spy.disconnect());
    await spy.subscribe(`floodgate:inbox:${two.self.instance}`);
    spy.on('message', (_, text: string) => {
      const { id } = JSON.parse(text) as { id: string };
      asked ||= id;
    });
    let answer: ((n: number) => void) | undefined;
    two.answer(
      double,
      () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    );
    const asking = one.ask(double, 1, { withinMs: 600_000 });
    await vi.waitFor(
      () => expect([asked !== '', answer !== undefined]).toEqual([true, true]),
      SOON,
    );
    const head = { type: 'answer', id: asked, from: two.self.instance };
    for (const message of [
      'no JSON',
      'null',
      '[]',
      '{}',
      JSON.stringify({ ...head, from: stranger, body: 666 }),
      JSON.stringify({ ...head, id: randomUUID(), body: 666 }),
      JSON.stringify({ ...head, type: 'order', body: 666 }),
      JSON.stringify({ ...head, from: '__proto__', body: 666 }),
      JSON.stringify({ ...head, body: 'x'.repeat(400_000) }),
      JSON.stringify({ ...head, type: 'question', kind: '__proto__', body: {} }),
    ]) {
      await admin.publish(inbox, message);
    }
    answer?.(2);
    expect((await asking).answers.map(({ body }) => body)).toEqual([2]);
  });
});

describe('a Redis that is away', () => {
  it('leaves a replica to itself, and gives the others back', async () => {
    const redis = await RedisServer.start();
    cleanups.push(() => redis.stop());
    const [one, two] = [open(redis.url, 'one'), open(redis.url, 'two')];
    await joined(one, two);
    await redis.kill();
    await vi.waitFor(
      async () => expect(await seenBy(one)).toEqual(['one live', 'two silent']),
      SOON,
    );
    expect(await one.ask(hello, null, { withinMs: 600_000 })).toEqual({ asked: 0, answers: [] });
    await redis.restart();
    await joined(one, two);
    expect(await seenBy(one)).toEqual(['one live', 'two live']);
  });

  it('frozen, keeps no question waiting and no process from stopping', async () => {
    const redis = await RedisServer.start();
    cleanups.push(() => redis.stop());
    const [one, two] = [open(redis.url, 'one'), open(redis.url, 'two')];
    await joined(one, two);
    redis.pause();
    cleanups.push(() => redis.resume());
    const { answers } = await one.ask(hello, null, { withinMs: 600_000 });
    expect(answers).toEqual([]);
    expect(await seenBy(one)).toContain('one live');
    await one.close();
  });
});

describe('a cluster', () => {
  it('joins replicas whichever node each is connected to', async () => {
    const cluster = await RedisCluster.start({ replicas: false });
    cleanups.push(() => cluster.stop());
    const fleets = ['one', 'two', 'three'].map((name) => open(cluster.url, name));
    await joined(...fleets);
    const [one] = fleets;
    expect(one && (await seenBy(one))).toEqual(['one live', 'three live', 'two live']);
  });
});
