import { get as httpGet } from 'node:http';
import { json } from 'node:stream/consumers';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Floodgate } from '../support/floodgate';
import { Nginx } from '../support/nginx';
import { RedisServer } from '../support/redis';

const STOCK_PRICE = '/api/v1/stock-price';
const LIMIT = 5;

let redis: RedisServer;
let replicas: readonly Floodgate[];
let nginx: Nginx;
let admin: Redis;

beforeAll(async () => {
  redis = await RedisServer.start();
  const environment = {
    FLOODGATE_ROLE: 'gateway',
    REDIS_URL: redis.url,
    RATE_LIMIT_WINDOW: '3600',
    // Thousands of connections at once on a busy machine: slow here is not the same as lost.
    REDIS_TIMEOUT_MS: '10000',
    TRUSTED_PROXIES: '127.0.0.1',
  };
  replicas = await Promise.all([
    Floodgate.start('front door', { ...environment, FLOODGATE_REPLICA: 'one' }),
    Floodgate.start('front door', { ...environment, FLOODGATE_REPLICA: 'two' }),
  ]);
  nginx = await Nginx.start(replicas.map(({ url }) => url));
  admin = new Redis(redis.url);
});
afterAll(async () => {
  admin.disconnect();
  await nginx.stop();
  await Promise.all(replicas.map((replica) => replica.stop()));
  await redis.stop();
});
beforeEach(() => admin.flushall());

/** Asks all at once, and counts the statuses. */
async function ask(urls: readonly string[], client: (index: number) => string) {
  const statuses = await Promise.all(
    urls.map(async (url, index) => {
      const response = await fetch(url, { headers: { 'X-Forwarded-For': client(index) } });
      await response.arrayBuffer();
      return response.status;
    }),
  );
  return {
    allowed: statuses.filter((status) => status === 200).length,
    denied: statuses.filter((status) => status === 429).length,
  };
}

describe('two replicas on one Redis', () => {
  it('let exactly the limit pass of 2,000 concurrent requests from one address', async () => {
    const urls = Array.from({ length: 2_000 }, (_, index) => {
      return `${replicas[index % 2]?.url}${STOCK_PRICE}`;
    });
    const answers = await ask(urls, () => '203.0.113.9');
    expect(answers).toEqual({ allowed: LIMIT, denied: 2_000 - LIMIT });
  });

  it('give every key an end', async () => {
    const urls = Array.from({ length: 500 }, (_, index) => {
      return `${replicas[index % 2]?.url}${index % 3 === 0 ? '/ping' : STOCK_PRICE}`;
    });
    await ask(urls, (index) => `198.51.100.${index % 250}`);
    const keys = await admin.keys('ratelimit:*');
    expect(keys.length).toBeGreaterThanOrEqual(250);
    const ends = await Promise.all(keys.map((key) => admin.pttl(key)));
    expect(ends.filter((end) => end < 0)).toEqual([]);
  });

  it('flushed of scripts between requests, answer all the same', async () => {
    const url = `${replicas[0]?.url}${STOCK_PRICE}`;
    await ask([url], () => '203.0.113.10');
    await admin.script('FLUSH');
    const answers = await ask(
      Array.from({ length: LIMIT }, () => url),
      () => '203.0.113.10',
    );
    expect(answers).toEqual({ allowed: LIMIT - 1, denied: 1 });
  });
});

describe('behind nginx', () => {
  /** This machine too, yet no address that is trusted as a proxy's. */
  const CLIENT_ADDRESS = '127.0.0.2';

  function get(target: string, headers: Readonly<Record<string, string>> = {}) {
    return new Promise<{ status: number | undefined; body: unknown }>((resolve, reject) => {
      const options = { localAddress: CLIENT_ADDRESS, headers };
      httpGet(nginx.url + target, options, (response) => {
        json(response).then((body) => resolve({ status: response.statusCode, body }), reject);
      }).once('error', reject);
    });
  }

  it('count one client together, whichever replica answers', async () => {
    const answers = await Promise.all(Array.from({ length: 40 }, () => get(STOCK_PRICE)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(LIMIT);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(40 - LIMIT);
    const healths = await Promise.all(Array.from({ length: 4 }, () => get('/health')));
    expect(new Set(healths.map(({ body }) => Object(body).replica))).toEqual(
      new Set(['one', 'two']),
    );
  });

  it.each([
    {},
    { 'X-Forwarded-For': '192.0.2.77' },
    { 'X-Forwarded-For': '192.0.2.77, 127.0.0.1' },
    { Forwarded: 'for=192.0.2.77' },
  ])('believe the address that nginx saw, whatever its client claims: %o', async (claims) => {
    const { body } = await get('/api/v1/rate-status', claims);
    expect(body).toMatchObject({ identifier: CLIENT_ADDRESS });
  });
});
