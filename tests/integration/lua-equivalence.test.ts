import fc from 'fast-check';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Check, createMemoryStore, type Limit } from '../../lib/limiter';
import { createBatcher } from '../../lib/limiter/redis/batcher';
import { loadDecideScript } from '../../lib/limiter/redis/script';
import { limits } from '../support/limits';
import { RedisServer } from '../support/redis';

/**
 * Stands before the real script: time is what the test says, and nothing expires by Redis's clock,
 * which does not follow the test's.
 */
const TEST_CLOCK = `
local real = redis
local redis = { call = function(command, ...)
  if command == 'TIME' then
    local ms = tonumber(real.call('GET', 'test:now'))
    return { math.floor(ms / 1000), (ms % 1000) * 1000 }
  end
  if command == 'PEXPIRE' then return 1 end
  if command == 'PTTL' then return 1 end
  if command == 'SET' then
    local name, value = ...
    return real.call('SET', name, value)
  end
  return real.call(command, ...)
end }
`;

let server: RedisServer;
let client: Redis;
let script: string;

beforeAll(async () => {
  server = await RedisServer.start();
  client = new Redis(server.url);
  script = TEST_CLOCK + loadDecideScript('lua');
});

afterAll(async () => {
  client.disconnect();
  await server.stop();
});

/** A turn of the event loop: some requests at the same moment, each over some of the limits. */
const aTurn = fc.record({
  afterMs: fc.oneof(fc.nat(50), fc.nat(40_000)),
  requests: fc.array(
    fc.record({
      cost: fc.nat(3),
      uses: fc.subarray([0, 1, 2], { minLength: 1 }),
      client: fc.constantFrom('a', 'b'),
    }),
    { minLength: 1, maxLength: 8 },
  ),
});

describe('the Lua script and the TypeScript it mirrors', () => {
  it('give the same verdicts for any limits, costs, clients and times', async () => {
    let run = 0;
    const anyLimit: fc.Arbitrary<Limit> = fc.oneof(limits['fixed-window'], limits['token-bucket']);
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(anyLimit, anyLimit, anyLimit),
        fc.array(aTurn, { minLength: 1, maxLength: 25 }),
        async (used, turns) => {
          run += 1;
          let nowMs = 1_700_000_000_000;
          const memory = createMemoryStore({ now: () => nowMs });
          const redis = createBatcher(({ keys, args }) =>
            client.eval(script, keys.length, ...keys, ...args),
          );
          try {
            for (const { afterMs, requests } of turns) {
              nowMs += afterMs;
              await client.set('test:now', nowMs);
              const asked = requests.map(({ cost, uses, client: who }) =>
                uses.flatMap((index): Check[] => {
                  const limit = used[index];
                  if (limit === undefined) return [];
                  const price = Math.min(cost, limit.quota);
                  return [{ key: `${run}:{${who}}:${index}`, limit, cost: price }];
                }),
              );
              const expected = asked.map((checks) => memory.decide(checks));
              const actual = await Promise.all(asked.map((checks) => redis.decide(checks)));
              expect(actual.map(plain)).toEqual((await Promise.all(expected)).map(plain));
            }
          } finally {
            await memory.close();
          }
        },
      ),
      { numRuns: 300 },
    );
  }, 120_000);

  function plain({
    allowed,
    nowMs,
    verdicts,
  }: Awaited<ReturnType<ReturnType<typeof createBatcher>['decide']>>) {
    return {
      allowed,
      nowMs,
      verdicts: verdicts.map((verdict) => [
        verdict.allowed,
        verdict.remaining,
        verdict.resetMs,
        verdict.retryAfterMs,
      ]),
    };
  }
});
