import type { TokenBucketLimit } from '../limit';
import type { Algorithm } from './algorithm';

interface TokenBucketState {
  /** Fill level in fractions of a token: one token is `intervalMs` units, so refill needs no floats. */
  readonly level: number;
  readonly updatedAtMs: number;
  /** The scale that `level` was written with. */
  readonly intervalMs: number;
}

/**
 * Token bucket: `quota` tokens at most, `refillTokens` flow in every `refillIntervalMs`.
 * In units of 1/refillIntervalMs of a token, exactly `refillTokens` units arrive each millisecond:
 * every quantity is an integer and nothing drifts over millions of steps.
 */
export const tokenBucket: Algorithm<TokenBucketLimit, TokenBucketState> = {
  name: 'token-bucket',
  parameters: (limit) => [limit.quota, limit.refillTokens, limit.refillIntervalMs],
  storageKey: (key) => key,
  windowMs: (limit) => Math.ceil((limit.quota * limit.refillIntervalMs) / limit.refillTokens),

  take(state, limit, cost, nowMs) {
    const interval = limit.refillIntervalMs;
    const full = limit.quota * interval;
    const level = state === undefined ? full : Math.min(full, refilled(state, limit, nowMs));
    const price = cost * interval;
    const allowed = price <= level;
    const left = allowed ? level - price : level;
    return {
      limit,
      allowed,
      remaining: Math.floor(left / interval),
      resetMs: Math.ceil((full - left) / limit.refillTokens),
      retryAfterMs: allowed ? 0 : Math.ceil((price - level) / limit.refillTokens),
      state: { level: left, updatedAtMs: nowMs, intervalMs: interval },
    };
  },
};

function refilled(state: TokenBucketState, limit: TokenBucketLimit, nowMs: number): number {
  const level =
    state.intervalMs === limit.refillIntervalMs
      ? state.level
      : Math.floor((state.level / state.intervalMs) * limit.refillIntervalMs);
  return level + Math.max(0, nowMs - state.updatedAtMs) * limit.refillTokens;
}
