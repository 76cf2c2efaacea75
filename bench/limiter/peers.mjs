import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { Ratelimit } from '@upstash/ratelimit';
import { Redis } from 'ioredis';
import { RedisStore as ExpressStore } from 'rate-limit-redis';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';

const require = createRequire(import.meta.url);
/** The store behind the plugin, which hands it to every route. */
const FastifyStore = require('@fastify/rate-limit/store/RedisStore.js');

const DAY_SECONDS = 86_400;
const DAY_MS = DAY_SECONDS * 1_000;
const POINTS = 1_000_000_000;

/** @type {import('./candidates.mjs').Candidate[]} */
export const peerCandidates = [
  onRedis('rate-limiter-flexible', (client) => flexible(client)),
  onRedis('rate-limiter-flexible, auto-pipelining', (client) => flexible(client), {
    redisOptions: { enableAutoPipelining: true },
  }),
  onRedis('rate-limiter-flexible, out of points', (client) => flexible(client, { points: 1 }), {
    path: 'denied',
  }),
  onRedis(
    'rate-limiter-flexible, out of points, in-memory block',
    (client) => flexible(client, { points: 1, inMemoryBlockOnConsumed: 1 }),
    { path: 'denied', isLocal: true },
  ),
  onRedis('rate-limit-redis', expressStore),
  onRedis('@fastify/rate-limit', fastifyStore),
  onRedis('@upstash/ratelimit, fixed window', (client) =>
    upstash(client, Ratelimit.fixedWindow(POINTS, '1 d')),
  ),
  onRedis('@upstash/ratelimit, sliding window', (client) =>
    upstash(client, Ratelimit.slidingWindow(POINTS, '1 d')),
  ),
  onRedis('@upstash/ratelimit, token bucket', (client) =>
    upstash(client, Ratelimit.tokenBucket(1, '1 d', POINTS)),
  ),
  {
    name: 'RateLimiterMemory',
    store: 'memory',
    path: 'allowed',
    isLocal: true,
    open: () => ({
      ...consuming(new RateLimiterMemory({ points: POINTS, duration: DAY_SECONDS })),
      close: () => undefined,
    }),
  },
];

function onRedis(name, connect, { redisOptions = {}, ...about } = {}) {
  return {
    name,
    store: 'redis',
    path: 'allowed',
    ...about,
    async open(url) {
      const client = new Redis(url, redisOptions);
      return { ...(await connect(client)), close: () => client.disconnect() };
    },
  };
}

function flexible(client, { points = POINTS, ...options } = {}) {
  return consuming(
    new RateLimiterRedis({ storeClient: client, points, duration: DAY_SECONDS, ...options }),
  );
}

function consuming(limiter) {
  return {
    ask: (key) => limiter.consume(key),
    isAllowed: () => true,
    isDenial: (error) => error instanceof RateLimiterRes,
    used: async (key) => (await limiter.get(key))?.consumedPoints ?? 0,
  };
}

async function expressStore(client) {
  const store = new ExpressStore({ sendCommand: (...command) => client.call(...command) });
  await store.init({ windowMs: DAY_MS });
  return {
    ask: (key) => store.increment(key),
    isAllowed: ({ totalHits }) => totalHits <= POINTS,
    used: async (key) => (await store.get(key))?.totalHits ?? 0,
  };
}

function fastifyStore(client) {
  const store = new FastifyStore(false, false, client);
  const call = (method, key) =>
    new Promise((resolve, reject) => {
      const answer = (error, result) => (error ? reject(error) : resolve(result));
      store[method](key, answer, DAY_MS, POINTS);
    });
  return {
    ask: (key) => call('incr', key),
    isAllowed: ({ current }) => current <= POINTS,
    used: async (key) => (await call('read', key)).current,
  };
}

function upstash(client, limiter) {
  const ratelimit = new Ratelimit({ redis: restlessRedis(client), limiter, ephemeralCache: false });
  return {
    ask: (key) => ratelimit.limit(key),
    isAllowed: ({ success }) => success,
    used: async (key) => POINTS - (await ratelimit.getRemaining(key)).remaining,
  };
}

/**
 * What @upstash/ratelimit asks of its HTTP client, over a connection to plain Redis instead. Its
 * scripts run as they are, but for the first line, which names a flag that only Upstash knows.
 */
function restlessRedis(client) {
  const plainHashes = new Map();
  return {
    evalsha(hash, keys, args) {
      const plainHash = plainHashes.get(hash);
      if (plainHash === undefined) return Promise.reject(new Error('NOSCRIPT'));
      return client.evalsha(plainHash, keys.length, ...keys, ...args);
    },
    async eval(script, keys, args) {
      const hash = createHash('sha1').update(script).digest('hex');
      const plainHash = await client.script('LOAD', script.replace(/^#!lua.*\n/, ''));
      plainHashes.set(hash, plainHash);
      return client.evalsha(plainHash, keys.length, ...keys, ...args);
    },
    get: (key) => client.get(key),
  };
}
