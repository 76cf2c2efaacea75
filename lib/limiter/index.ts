/**
 * The limiter: pure algorithms, two stores that agree, and the decision that composes them.
 *
 * A request's limits become checks (key, limit, cost). A store decides all checks of one request
 * atomically and consumes all or nothing: the memory store within one synchronous step, the Redis
 * store within one Lua script that also reads the clock. The limiter names the limit that binds; when
 * the store cannot answer, its policy does: open, closed, or by this process's own share.
 *
 * Guarantees: never admits more than a limit says while the store answers; a denied request consumes
 * nothing; `retryAfterMs` is exact; no decision outlasts the store's timeout; every key expires.
 * Never: reads a file after start, knows of HTTP, or throws for a denied request.
 */
export { algorithmNames, algorithmOf } from './algorithms';
export type { Decision } from './decision';
export { withDenyCache } from './deny-cache';
export { type Claim, limitTogether } from './joint-decision';
export { storageKey } from './key';
export {
  type AlgorithmName,
  type ConcurrencyLimit,
  type FixedWindowLimit,
  type GcraLimit,
  type Limit,
  limitSchema,
  type SlidingWindowCounterLimit,
  type SlidingWindowLogLimit,
  type TokenBucketLimit,
  type Verdict,
} from './limit';
export { createLimiter, type Limiter, type LimitOptions } from './limiter';
export type { MaybePromise } from './maybe-promise';
export { createMemoryStore, type MemoryStoreOptions } from './memory-store';
export { type RatePolicy, type RatePolicyInput, ratePolicySchema } from './rate-policy';
export { createRedisLink, type RedisLink } from './redis/redis-link';
export { createRedisStore, type RedisStore, type RedisStoreOptions } from './redis/redis-store';
export { redisUrlFault } from './redis/redis-url';
export {
  type Check,
  type ResetListener,
  type Ruling,
  type Store,
  StoreError,
  type StoreFailure,
  type StoreHealth,
  type Target,
} from './store';
