import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AlgorithmName, algorithmNames, algorithmOf, type Limit } from '../../lib/limiter';
import { loadScript } from '../../lib/limiter/redis/script';
import { limitOf } from '../support/limits';
import { RedisServer } from '../support/redis';

const decide = loadScript('lua', 'decide');
const names = algorithmNames as AlgorithmName[];

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

/** One request of one unit for each limit; gives each one's outcome. */
async function outcomesOf(asked: readonly { key: string; limit: Limit }[]): Promise<number[]> {
  const numbers = asked.flatMap(({ limit }) => [
    limit.algorithm,
    ...algorithmOf(limit).parameters(limit),
  ]);
  const decisions = asked.flatMap(({ limit }, index) =>
    algorithmOf(limit).holdsSlots ? [1, index + 1, 1, 'lease'] : [1, index + 1, 1],
  );
  const keys = asked.map(({ key }) => key);
  const reply = await client.eval(decide, keys.length, ...keys, ...numbers, ...decisions);
  if (!Array.isArray(reply)) throw new TypeError('no reply');
  return asked.map((_, index) => Number(reply[1 + 4 * index]));
}

describe.each(names)('the script, by %s', (name) => {
  const limit = limitOf(name);
  const stateOf = (key: string) => algorithmOf(limit).storageKey(key, limit, Date.now());
  const neighbours = names
    .filter((other) => other !== name)
    .map((other) => ({ key: `neighbour-of-${name}:${other}`, limit: limitOf(other) }));

  const foreign: readonly [string, (key: string) => Promise<unknown>][] = [
    ['a hash', (key) => client.hset(key, 'a', '1')],
    ['a list', (key) => client.rpush(key, '1')],
    ['somebody’s text', (key) => client.set(key, 'hello, world')],
    ['a number in another notation', (key) => client.set(key, '0x10')],
    ['a sorted set of nobody’s', (key) => client.zadd(key, 1, 'a')],
  ];
  it.each(foreign.filter(([kind]) => name !== 'concurrency' || !kind.startsWith('a sorted set')))(
    'answers of a key that holds %s, and decides for its neighbours',
    async (kind, write) => {
      const key = `foreign to ${name}: ${kind}`;
      await write(stateOf(key));
      const [outcome, ...others] = await outcomesOf([{ key, limit }, ...neighbours]);
      expect([outcome, ...others]).toEqual([-1, ...neighbours.map(() => 1)]);
      await client.flushdb();
    },
  );

  it('gives a state a lifetime that has lost it, and leaves none without', async () => {
    const key = `lifetime of ${name}`;
    expect(await outcomesOf([{ key, limit }])).toEqual([1]);
    const fullMs = await client.pttl(stateOf(key));
    expect(fullMs).toBeGreaterThan(0);
    await client.persist(stateOf(key));
    await outcomesOf([{ key, limit }]);
    expect(await client.pttl(stateOf(key))).toBeGreaterThan(0);
    await client.persist(stateOf(key));
    await client.set(`${key}:blocked`, '1', 'PX', 60_000);
    expect(await outcomesOf([{ key, limit }])).toEqual([0]);
    expect(await client.pttl(stateOf(key))).toBeGreaterThan(0);
  });
});

describe('the script', () => {
  it('passes on Redis’s own refusals as they are', async () => {
    const replica = await RedisServer.start();
    const reader = new Redis(replica.url);
    try {
      const [host, port] = new URL(server.url).host.split(':');
      await reader.replicaof(host ?? '', Number(port));
      const limit = limitOf('fixed-window');
      const numbers = [limit.algorithm, ...algorithmOf(limit).parameters(limit)];
      await expect(reader.eval(decide, 1, 'key', ...numbers, 1, 1, 1)).rejects.toThrow(/^READONLY/);
    } finally {
      reader.disconnect();
      await replica.stop();
    }
  });

  it('leaves no key without a lifetime', async () => {
    await client.flushdb();
    await outcomesOf(names.map((name) => ({ key: `mortal:${name}`, limit: limitOf(name) })));
    const keys = await client.keys('*');
    expect(keys).toHaveLength(names.length);
    for (const key of keys) expect(await client.pttl(key)).toBeGreaterThan(0);
  });
});
