import calculateSlot from 'cluster-key-slot';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createLimiter, type Limit, limitTogether, type StoreFailure } from '../../lib/limiter';
import { describeStore } from '../limiter/store-conformance';
import type { RedisServer } from '../support/redis';
import { RedisCluster } from '../support/redis-cluster';
import {
  failureOf,
  fivePerYear,
  freshKey,
  type OpenedStore,
  openStore,
  openStoreForTest,
  outcomeOf,
  startLoad,
} from '../support/redis-store';

/** A failover is noticed by other means; a busy machine is not to be taken for one. */
const TIMEOUT_MS = 500;

let cluster: RedisCluster;
let opened: OpenedStore;

beforeAll(async () => {
  cluster = await RedisCluster.start({ replicas: true });
  opened = await openStore(cluster.url, TIMEOUT_MS);
});
afterAll(async () => {
  await opened.store.close();
  await cluster.stop();
});

describeStore('redis cluster', () => opened.store);

const take = (key: string, limit: Limit = fivePerYear) =>
  opened.store.decide([{ key, limit, cost: 1 }]);

function countOf<T>(values: readonly T[], wanted: T): number {
  return values.filter((value) => value === wanted).length;
}

describe('a cluster', () => {
  it('is asked once for each slot of a turn', async () => {
    const keys = Array.from({ length: 300 }, freshKey);
    const rulings = await Promise.all(
      [...keys, ...keys, ...keys, ...keys, ...keys, ...keys].map((key) => take(key)),
    );
    expect(rulings.filter(({ allowed }) => allowed)).toHaveLength(1_500);
    const nodes = new Set(keys.map((key) => cluster.masterOf(key).id));
    expect(nodes.size).toBe(3);
  });

  it('refuses a decision over several slots, and only that', async () => {
    const [a, b] = [freshKey(), freshKey()];
    const both = [a, b].map((key) => ({ key, limit: fivePerYear, cost: 1 }));
    const [split, whole] = await Promise.all([
      failureOf(() => opened.store.decide(both)),
      outcomeOf(opened.store, a),
    ]);
    expect([split, whole]).toEqual(['refused', true]);
  });

  it('lets policies decide together in one slot, and in turn across slots', async () => {
    const limitedTo = (name: string, quota: number) =>
      createLimiter(opened.store, { name, limits: [{ ...fivePerYear, name, quota }] });
    const [wide, narrow] = [limitedTo('wide', 100), limitedTo('narrow', 2)];
    const ask = (wideId: string, narrowId: string) =>
      limitTogether(opened.store, [
        { limiter: wide, identifier: wideId, cost: 1 },
        { limiter: narrow, identifier: narrowId, cost: 1 },
      ]);
    const left = async (identifier: string) => {
      const decision = await wide.peek(identifier);
      return decision.source === 'fallback' ? undefined : decision.binding.remaining;
    };
    const [caller, other] = [freshKey(), freshKey()];
    for (let i = 0; i < 3; i++) await ask(caller, caller);
    // The third was denied, and counted for neither.
    expect(await left(caller)).toBe(98);
    const answers = [];
    for (let i = 0; i < 3; i++) answers.push(await ask(other, freshKey()));
    expect(answers.flat().every(({ allowed }) => allowed)).toBe(true);
    expect(await left(other)).toBe(97);
  });

  it('flushed of scripts in a loop, fails no decision', async () => {
    const load = startLoad(() => outcomeOf(opened.store, freshKey()));
    for (let i = 0; i < 30; i++) {
      await Promise.all(cluster.masters.map(({ admin }) => admin.script('FLUSH')));
    }
    expect(countOf(await load.stop(), true)).toBe(load.answers.length);
    expect((await opened.store.health()).failures['no-script']).toBeGreaterThan(3);
  });

  it('resets and blocks keys on the nodes that hold them', async () => {
    const keys = Array.from({ length: 12 }, freshKey);
    for (const key of keys) while ((await take(key)).allowed);
    await opened.store.reset(keys.map((key) => ({ key, limit: fivePerYear })));
    for (const key of keys) expect((await take(key)).allowed).toBe(true);
    await Promise.all(keys.map((key) => opened.store.block(key, 60_000)));
    for (const key of keys) expect((await take(key)).allowed).toBe(false);
  });
});

describe('a slot that moves to another node', () => {
  const limits: readonly Limit[] = [
    fivePerYear,
    { algorithm: 'token-bucket', name: 'bucket', quota: 5, refillTokens: 1, refillIntervalMs: 1e9 },
    { algorithm: 'sliding-window-log', name: 'log', quota: 5, windowMs: 1e9 },
  ];

  it('is followed, with every count exact and no decision failed', async () => {
    const tag = freshKey();
    const [from, to] = [cluster.masterOf(tag), otherThan(cluster.masterOf(tag).id)];
    const keys = Array.from({ length: 60 }, (_, index) => `${tag}:${index}`);
    const limitOf = (index: number) => limits[index % limits.length] ?? fivePerYear;
    const allowed = new Map<string, number>();
    const failures: StoreFailure[] = [];

    async function ask(turn: number): Promise<void> {
      const index = turn % keys.length;
      const key = keys[index] ?? tag;
      const failure = await failureOf(async () => {
        const ruling = await take(key, limitOf(index));
        if (ruling.allowed) allowed.set(key, (allowed.get(key) ?? 0) + 1);
      });
      if (failure !== undefined) failures.push(failure);
    }

    // A part has counts before the slot moves, the rest come while it does.
    for (let turn = 0; turn < 90; turn++) await ask(turn % 30);
    const load = startLoad(ask);
    await cluster.moveSlot(calculateSlot(tag), from, to, pauseOf(25));
    const asked = load.answers.length;
    await vi.waitFor(() => expect(load.answers.length).toBeGreaterThan(asked + 1_000));
    await load.stop();

    expect(failures).toEqual([]);
    expect(keys.map((key) => allowed.get(key))).toEqual(keys.map(() => 5));
    expect((await opened.store.health()).failures.redirected).toBeGreaterThan(0);
    await cluster.moveSlot(calculateSlot(tag), to, from);
  });

  it('decides over several limits at once, exactly, wherever their counts are', async () => {
    const tag = freshKey();
    const [from, to] = [cluster.masterOf(tag), otherThan(cluster.masterOf(tag).id)];
    const checks = limits.map((limit, index) => ({ key: `${tag}:${index}`, limit, cost: 1 }));
    const decide = async () => {
      const ruling = await opened.store.decide(checks);
      return ruling.allowed;
    };
    await decide();
    const outcomes: (boolean | StoreFailure)[] = [true];
    const load = startLoad(async () => {
      const failure = await failureOf(async () => outcomes.push(await decide()));
      if (failure !== undefined) outcomes.push(failure);
    }, 4);
    // Divided between the nodes they cannot be decided on together, so that must not last.
    let pause = pauseOf(2 * TIMEOUT_MS);
    await cluster.moveSlot(calculateSlot(tag), from, to, async () => {
      await pause();
      pause = pauseOf(0);
    });
    await load.stop();
    while ((await decide()) === true) outcomes.push(true);
    expect(countOf(outcomes, true)).toBe(5);
    expect(outcomes.filter((outcome) => typeof outcome === 'string')).toEqual([]);
    await cluster.moveSlot(calculateSlot(tag), to, from);
  });

  it('is followed key by key, those that it has not got yet counted where it comes from', async () => {
    const tag = freshKey();
    const [from, to] = [cluster.masterOf(tag), otherThan(cluster.masterOf(tag).id)];
    const slot = calculateSlot(tag);
    const [old, young] = [`${tag}:old`, `${tag}:young`];
    for (let i = 0; i < 3; i++) await take(old);
    await to.admin.cluster('SETSLOT', slot, 'IMPORTING', from.id);
    await from.admin.cluster('SETSLOT', slot, 'MIGRATING', to.id);
    const outcomes: boolean[] = [];
    for (let i = 0; i < 6; i++) outcomes.push((await take(old)).allowed);
    expect(outcomes).toEqual([true, true, false, false, false, false]);
    expect((await take(young)).allowed).toBe(true);
    await opened.store.block(young, 60_000);
    expect((await take(young)).allowed).toBe(false);
    const held = (await from.admin.cluster('GETKEYSINSLOT', slot, 10)).length;
    const taken = (await to.admin.cluster('GETKEYSINSLOT', slot, 10)).length;
    // The old counter; the new counter and its block.
    expect([held, taken]).toEqual([1, 2]);
    await cluster.moveSlot(slot, from, to);
    expect((await take(old)).allowed).toBe(false);
    expect((await take(young)).allowed).toBe(false);
    await opened.store.reset([{ key: young, limit: fivePerYear }]);
    expect((await take(young)).verdicts[0]?.remaining).toBe(4);
    await cluster.moveSlot(slot, to, from);
  });

  it('keeps leases countable and releasable', async () => {
    const tag = freshKey();
    const [from, to] = [cluster.masterOf(tag), otherThan(cluster.masterOf(tag).id)];
    const slot = calculateSlot(tag);
    const limit: Limit = { algorithm: 'concurrency', name: 'slots', quota: 2, leaseMs: 1e8 };
    const hold = async (lease: string) =>
      (await opened.store.decide([{ key: tag, limit, cost: 1, lease }])).allowed;
    expect(await hold('a')).toBe(true);
    await to.admin.cluster('SETSLOT', slot, 'IMPORTING', from.id);
    await from.admin.cluster('SETSLOT', slot, 'MIGRATING', to.id);
    expect([await hold('b'), await hold('c')]).toEqual([true, false]);
    await opened.store.release({ key: tag, limit }, 'a');
    expect(await hold('c')).toBe(true);
    await cluster.moveSlot(slot, from, to);
    expect(await hold('d')).toBe(false);
    await cluster.moveSlot(slot, to, from);
  });
});

describe('a master that', () => {
  it.each([
    {
      fate: 'dies',
      victim: 0,
      failure: 'disconnected',
      strike: (server: RedisServer) => server.kill(),
      mend: (server: RedisServer) => server.restart(),
    },
    {
      fate: 'hangs',
      victim: 1,
      failure: 'timeout',
      strike: async (server: RedisServer) => server.pause(),
      mend: async (server: RedisServer) => server.resume(),
    },
  ])('$fate takes only its own slots with it, until its replica has taken over', async (given) => {
    const { store, onRecovered } = await openStoreForTest(cluster.url, TIMEOUT_MS);
    const victim = cluster.masters[given.victim];
    if (victim === undefined) throw new RangeError('no such master');
    const survivor = keyOn((key) => cluster.masterOf(key).id !== victim.id);
    const keys = Array.from({ length: 20 }, () =>
      keyOn((key) => cluster.masterOf(key).id === victim.id),
    );
    const admitted: string[] = [];
    const load = startLoad(async (turn) => {
      const key = keys[turn % keys.length] ?? survivor;
      const outcome = await outcomeOf(store, key);
      if (outcome === true) admitted.push(key);
      return outcome;
    }, 4);
    await vi.waitFor(() => expect(load.answers).toContain(false));

    await given.strike(victim.server);
    await vi.waitFor(() => expect(load.answers).toContain(given.failure));
    expect(await outcomeOf(store, survivor)).toBe(true);
    await vi.waitFor(() => expect(onRecovered).toHaveBeenCalled(), 20_000);
    await Promise.all(
      keys.map((key) =>
        vi.waitFor(async () => expect(await outcomeOf(store, key)).toBe(false), 5_000),
      ),
    );
    await load.stop();

    // What the replica had not been told of is forgotten: at most what came in that moment.
    const most = Math.max(...keys.map((key) => countOf(admitted, key)));
    expect(most).toBeLessThanOrEqual(2 * fivePerYear.quota);
    expect((await store.health()).status).toBe('ok');
    await given.mend(victim.server);
    await cluster.settled(6);
  });
});

/** Longer in all than a decision may wait, so that none gets through by sitting it out. */
function pauseOf(ms: number): () => Promise<void> {
  return () => new Promise((resolve) => setTimeout(resolve, ms));
}

function otherThan(id: string) {
  const other = cluster.masters.find((master) => master.id !== id);
  if (other === undefined) throw new Error('no other master');
  return other;
}

function keyOn(suits: (key: string) => boolean): string {
  for (;;) {
    const key = freshKey();
    if (suits(key)) return key;
  }
}
