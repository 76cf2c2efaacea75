import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type AlgorithmName,
  algorithmNames,
  algorithmOf,
  type Check,
  createMemoryStore,
  type Limit,
  type Ruling,
  type Store,
  type Target,
} from '../../lib/limiter';
import { createBatcher } from '../../lib/limiter/redis/batcher';
import { loadScript } from '../../lib/limiter/redis/script';
import { extremeLimits, limitOf, limits } from '../support/limits';
import { RedisServer } from '../support/redis';

/**
 * Stands before the real scripts: time is what the test says, and keys expire by it. The rest is
 * Redis's own.
 */
const TEST_CLOCK = readFileSync(new URL('../support/test-clock.lua', import.meta.url), 'utf8');
const BLOCK = "redis.call('SET', KEYS[1] .. ':blocked', '1', 'PX', ARGV[1])";
const START_MS = 1_700_000_000_000;

const decideScript = TEST_CLOCK + loadScript('lua', 'decide');
const releaseScript = TEST_CLOCK + loadScript('lua', 'release');
const resetScript = TEST_CLOCK + loadScript('lua', 'reset');

let server: RedisServer;
let client: Redis;

beforeAll(async () => {
  server = await RedisServer.start();
  client = new Redis(server.url);
});

afterAll(async () => {
  client.disconnect();
  await server.stop();
});

type Twin = Pick<Store, 'decide' | 'release' | 'reset' | 'block'>;

/** The Lua side: the scripts as the Redis store calls them. */
function luaStore(): Twin {
  const run = (script: string, keys: readonly string[], args: readonly (string | number)[]) =>
    client.eval(script, keys.length, ...keys, ...args);
  const batcher = createBatcher(({ keys, args }) => run(decideScript, keys, args));
  const numbersOf = ({ limit }: Target) => [
    limit.algorithm,
    ...algorithmOf(limit).parameters(limit),
  ];
  return {
    decide: batcher.decide,
    async release(target, lease) {
      await run(releaseScript, [target.key], [...numbersOf(target), lease]);
    },
    async reset(targets) {
      const keys = targets.map(({ key }) => key);
      await run(resetScript, keys, targets.flatMap(numbersOf));
    },
    async block(key, ms) {
      await run(TEST_CLOCK + BLOCK, [key], [ms]);
    },
  };
}

const LANES = [0, 1, 2] as const;
const aLane = fc.constantFrom(...LANES);
const aClient = fc.constantFrom('a', 'b');
const aLease = fc.constantFrom('p', 'q', 'r', 's', 't');
/** Units, or a share of the quota. */
const aCost = fc.oneof(fc.nat(3), fc.constantFrom(1 / 3, 0.999999, 1));

const aRequest = fc.record({
  cost: aCost,
  lanes: fc.shuffledSubarray([...LANES], { minLength: 1 }),
  client: aClient,
  lease: aLease,
});

const anEvent = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      kind: fc.constant('requests' as const),
      requests: fc.array(aRequest, { minLength: 1, maxLength: 8 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('release' as const),
      lane: aLane,
      client: aClient,
      lease: aLease,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('reset' as const),
      lanes: fc.subarray([...LANES], { minLength: 1 }),
      client: aClient,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('block' as const),
      lane: aLane,
      client: aClient,
      ms: fc.integer({ min: 1, max: 30_000 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('change' as const), lane: aLane }) },
);

const aTurn = fc.record({
  afterMs: fc.oneof(
    fc.nat(3),
    fc.nat(50),
    fc.constantFrom(500, 1_000, 2_000, 10_000),
    fc.nat(40_000),
    fc.nat(10 ** 9),
  ),
  event: anEvent,
});

type Sample<A> = A extends fc.Arbitrary<infer T> ? T : never;
type Turn = Sample<typeof aTurn>;

/**
 * What a lane's limit is in turn: other numbers, then another algorithm. Never an earlier algorithm
 * again, of which Redis would still hold the state and this process's memory no longer.
 */
const aHistory: fc.Arbitrary<readonly Limit[]> = fc
  .shuffledSubarray(algorithmNames as AlgorithmName[], { minLength: 1, maxLength: 2 })
  .chain((names) =>
    fc.tuple(
      ...names.map((name) =>
        fc.array(
          fc.oneof(
            { weight: 8, arbitrary: limits[name] as fc.Arbitrary<Limit> },
            { weight: 1, arbitrary: fc.constantFrom(...extremeLimits[name]) },
          ),
          { minLength: 1, maxLength: 3 },
        ),
      ),
    ),
  )
  .map((versions) => versions.flat());

/** Chance would hardly meet it: windows of both lengths end where the previous one did. */
const SHARED_BOUNDARY: [readonly Limit[], readonly Limit[], readonly Limit[]] = [
  [1_000, 2_000].map((windowMs) => ({
    algorithm: 'sliding-window-counter',
    name: 'any',
    quota: 10,
    windowMs,
  })),
  [limitOf('gcra')],
  [limitOf('gcra')],
];
const requestOf = (cost: number): Turn['event'] => ({
  kind: 'requests',
  requests: [{ cost, lanes: [0], client: 'a', lease: 'p' }],
});
const SHARED_BOUNDARY_TURNS: Turn[] = [
  { afterMs: 1_999, event: requestOf(8) },
  { afterMs: 1, event: requestOf(2) },
  { afterMs: 0, event: { kind: 'change', lane: 0 } },
  { afterMs: 1_000, event: requestOf(0) },
];

const costOf = (cost: number, { quota }: Limit) =>
  Math.min(quota, Number.isInteger(cost) ? cost : Math.ceil(cost * quota));

let traces = 0;

/** Plays one trace on both sides and compares every answer. */
async function compare(
  histories: readonly (readonly Limit[])[],
  turns: readonly Turn[],
): Promise<void> {
  await client.flushdb();
  traces += 1;
  let nowMs = START_MS;
  const memory = createMemoryStore({ now: () => nowMs });
  const lua = luaStore();
  const versions = [0, 0, 0];
  const targetOf = (lane: number, who: string): Target => {
    const limit = histories[lane]?.[versions[lane] ?? 0];
    if (limit === undefined) throw new RangeError(`no lane ${lane}`);
    return { key: `${traces}:{${who}}:${lane}`, limit };
  };
  const checksOf = ({ cost, lanes, client: who, lease }: Sample<typeof aRequest>): Check[] =>
    lanes.map((lane) => {
      const { key, limit } = targetOf(lane, who);
      const check = { key, limit, cost: costOf(cost, limit) };
      return algorithmOf(limit).holdsSlots ? { ...check, lease } : check;
    });

  try {
    for (const { afterMs, event } of turns) {
      nowMs += afterMs;
      await client.set('test:now', nowMs);
      switch (event.kind) {
        case 'requests': {
          const asked = event.requests.map(checksOf);
          const expected = asked.map((checks) => memory.decide(checks));
          const actual = await Promise.all(asked.map((checks) => lua.decide(checks)));
          expect(actual.map(plain)).toEqual((await Promise.all(expected)).map(plain));
          break;
        }
        case 'release': {
          const target = targetOf(event.lane, event.client);
          if (!algorithmOf(target.limit).holdsSlots) break;
          await Promise.all([memory, lua].map((side) => side.release(target, event.lease)));
          break;
        }
        case 'reset': {
          const targets = event.lanes.map((lane) => targetOf(lane, event.client));
          await Promise.all([memory, lua].map((side) => side.reset(targets)));
          break;
        }
        case 'block': {
          const { key } = targetOf(event.lane, event.client);
          await Promise.all([memory, lua].map((side) => side.block(key, event.ms)));
          break;
        }
        case 'change': {
          const version = versions[event.lane] ?? 0;
          if (histories[event.lane]?.[version + 1] !== undefined) {
            versions[event.lane] = version + 1;
          }
        }
      }
    }
    expect(await keysWithoutLifetime()).toEqual([]);
  } finally {
    await memory.close();
  }
}

async function keysWithoutLifetime(): Promise<string[]> {
  const [keys, mortal] = await Promise.all([
    client.keys(`${traces}:*`),
    client.hkeys('test:deadlines'),
  ]);
  return keys.filter((key) => !mortal.includes(key));
}

function plain({ allowed, nowMs, verdicts }: Ruling) {
  return {
    allowed,
    nowMs,
    verdicts: verdicts.map((verdict) => [
      verdict.limit.algorithm,
      verdict.allowed,
      verdict.remaining,
      verdict.resetMs,
      verdict.retryAfterMs,
    ]),
  };
}

describe('the Lua scripts and the TypeScript they mirror', () => {
  it('agree on any limits, costs, leases, clients, times, changes, resets and blocks', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(aHistory, aHistory, aHistory),
        fc.array(aTurn, { minLength: 1, maxLength: 40, size: 'max' }),
        compare,
      ),
      { numRuns: 1_500, examples: [[SHARED_BOUNDARY, SHARED_BOUNDARY_TURNS]] },
    );
  }, 120_000);

  it('agree on a log that is longer than a page, is cut many times and looks back variously', async () => {
    const logOf = (windowMs: number): Limit => ({
      algorithm: 'sliding-window-log',
      name: 'long',
      quota: 300,
      windowMs,
    });
    const history = [400, 700, 300, 301, 500, 50, 900, 2, 400].map(logOf);
    const request = { cost: 1, lanes: [0], client: 'a', lease: 'p' };
    const aBusyTurn = fc.record({
      afterMs: fc.nat(3),
      event: fc.oneof(
        {
          weight: 99,
          arbitrary: fc.record({
            kind: fc.constant('requests' as const),
            requests: fc.integer({ min: 1, max: 2 }).map((count) => Array(count).fill(request)),
          }),
        },
        {
          weight: 1,
          arbitrary: fc.constant({ kind: 'change' as const, lane: 0 as const }),
        },
      ),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(aBusyTurn, { minLength: 900, maxLength: 900, size: 'max' }),
        (turns) => compare([history], turns),
      ),
      { numRuns: 10 },
    );
  }, 60_000);
});
