import type { GcraLimit } from '../limit';
import type { Algorithm } from './algorithm';

interface GcraState {
  /**
   * How far the theoretical arrival time lies ahead of `updatedAtMs`, in units of 1/refillTokens of
   * a millisecond: an emission interval is `intervalMs` of them, so nothing is ever rounded.
   */
  readonly ahead: number;
  readonly updatedAtMs: number;
  /** The emission interval that `ahead` was written with. */
  readonly intervalMs: number;
}

/**
 * Generic cell rate algorithm, in the form that ITU-T I.371 calls the continuous-state leaky bucket:
 * each unit moves the theoretical arrival time on by one emission interval, and a request conforms
 * while that time stays within the burst tolerance of now. The burst is `quota`; the same numbers
 * as a token bucket's give the same verdicts.
 */
export const gcra: Algorithm<GcraLimit, GcraState> = {
  name: 'gcra',
  holdsSlots: false,
  parameters: (limit) => [limit.quota, limit.refillTokens, limit.refillIntervalMs],
  storageKey: (key) => `${key}:gcra`,
  windowMs: (limit) => Math.ceil((limit.quota * limit.refillIntervalMs) / limit.refillTokens),

  take(state, limit, cost, nowMs) {
    const { refillTokens, refillIntervalMs } = limit;
    const tolerance = limit.quota * refillIntervalMs;
    const atMs = state === undefined ? nowMs : Math.max(nowMs, state.updatedAtMs);
    const before = state === undefined ? 0 : drained(state, limit, tolerance, atMs);
    const increment = cost * refillIntervalMs;
    const allowed = before <= tolerance - increment;
    const ahead = allowed ? before + increment : before;
    const lateMs = atMs - nowMs;
    return {
      limit,
      allowed,
      remaining: Math.floor((tolerance - ahead) / refillIntervalMs),
      resetMs: lateMs + Math.ceil(ahead / refillTokens),
      retryAfterMs: allowed
        ? 0
        : lateMs + Math.ceil((before - (tolerance - increment)) / refillTokens),
      state: { ahead, updatedAtMs: atMs, intervalMs: refillIntervalMs },
    };
  },
};

/** A quota lowered below what is owed leaves a full bucket, not an ever longer wait. */
function drained(state: GcraState, limit: GcraLimit, tolerance: number, atMs: number): number {
  const { refillTokens, refillIntervalMs } = limit;
  const ahead =
    state.intervalMs === refillIntervalMs
      ? state.ahead
      : Math.ceil((state.ahead / state.intervalMs) * refillIntervalMs);
  return Math.max(0, Math.min(tolerance, ahead) - (atMs - state.updatedAtMs) * refillTokens);
}
