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
  holdsSlots: false,
  parameters: (limit) => [limit.quota, limit.refillTokens, limit.refillIntervalMs],
  storageKey: (key) => key,
  windowMs: (limit) => Math.ceil((limit.quota * limit.refillIntervalMs) / limit.refillTokens),

  take(state, limit, cost, nowMs) {
    const { refillTokens, refillIntervalMs } = limit;
    const full = limit.quota * refillIntervalMs;
    const atMs = state === undefined ? nowMs : Math.max(nowMs, state.updatedAtMs);
    const level = state === undefined ? full : Math.min(full, refilled(state, limit, atMs));
    const price = cost * refillIntervalMs;
    const allowed = price <= level;
    const left = allowed ? level - price : level;
    const aheadMs = atMs - nowMs;
    return {
      limit,
      allowed,
      remaining: Math.floor(left / refillIntervalMs),
      resetMs: aheadMs + Math.ceil((full - left) / refillTokens),
      retryAfterMs: allowed ? 0 : aheadMs + Math.ceil((price - level) / refillTokens),
      state: { level: left, updatedAtMs: atMs, intervalMs: refillIntervalMs },
    };
  },
};

function refilled(state: TokenBucketState, limit: TokenBucketLimit, atMs: number): number {
  const { refillTokens, refillIntervalMs } = limit;
  const level =
    state.intervalMs === refillIntervalMs
      ? state.level
      : Math.floor((state.level / state.intervalMs) * refillIntervalMs);
  return level + (atMs - state.updatedAtMs) * refillTokens;
}
