/**
 * The limiter: pure algorithms, two stores that agree, and the decision that composes them.
 *
 * A request's limits become checks (key, limit, cost). A store decides all checks of one request
 * atomically and consumes all or nothing: the memory store within one synchronous step, the Redis
 * store within one Lua script that also reads the clock. The limiter names the limit that binds and
 * turns a store that cannot answer into an allowed, unmeasured decision.
 *
 * Guarantees: never admits more than a limit says while the store answers; a denied request consumes
 * nothing; `retryAfterMs` is exact; no decision outlasts the store's timeout; every key expires.
 * Never: reads a file after start, knows of HTTP, or throws for a denied request.
 */
export { algorithmNames, algorithmOf } from './algorithms';
export { withDenyCache } from './deny-cache';
export { storageKey } from './key';
export {
  type AlgorithmName,
  type FixedWindowLimit,
  type Limit,
  limitSchema,
  type TokenBucketLimit,
  type Verdict,
} from './limit';
export {
  createLimiter,
  type Decision,
  type Limiter,
  type RatePolicy,
} from './limiter';
export type { MaybePromise } from './maybe-promise';
export { createMemoryStore, type MemoryStoreOptions } from './memory-store';
export { createRedisStore, type RedisStore, type RedisStoreOptions } from './redis/redis-store';
export {
  type Check,
  type Ruling,
  type Store,
  StoreError,
  type StoreFailure,
  type StoreHealth,
} from './store';
