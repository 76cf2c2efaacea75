import type { SlidingWindowCounterLimit } from '../limit';
import type { Algorithm } from './algorithm';

interface SlidingWindowCounterState {
  /** Units in the window of `updatedAtMs`. */
  readonly current: number;
  /** Units in the window before it. */
  readonly previous: number;
  readonly updatedAtMs: number;
  /** The length of window that was counted in. */
  readonly windowMs: number;
}

/**
 * Sliding-window counter: two counters of windows aligned to the epoch stand for a sliding one. Of
 * the previous window as much counts as the sliding window still covers of it, as if its units had
 * come evenly: previous × (W − elapsed) / W + current. Multiplied by W, all of it is integers.
 */
export const slidingWindowCounter: Algorithm<SlidingWindowCounterLimit, SlidingWindowCounterState> =
  {
    name: 'sliding-window-counter',
    holdsSlots: false,
    parameters: (limit) => [limit.quota, limit.windowMs, 0],
    storageKey: (key) => `${key}:swc`,
    windowMs: (limit) => limit.windowMs,

    take(state, limit, cost, nowMs) {
      const { quota, windowMs } = limit;
      const atMs = state === undefined ? nowMs : Math.max(nowMs, state.updatedAtMs);
      const { current, previous } = state === undefined ? NOTHING : counted(state, windowMs, atMs);
      const leftMs = windowMs - (atMs % windowMs);
      const room = quota - cost - current;
      // Above 2^53 the product is inexact, and still larger than any right side.
      const allowed = room >= 0 && previous * leftMs <= room * windowMs;
      const used = allowed ? current + cost : current;
      const lateMs = atMs - nowMs;
      return {
        limit,
        allowed,
        remaining: Math.max(0, quota - used - Math.ceil((previous * leftMs) / windowMs)),
        resetMs: lateMs + lifetimeMs(used, previous, windowMs, leftMs),
        retryAfterMs: allowed
          ? 0
          : lateMs + waitMs(room, current, previous, quota - cost, windowMs, leftMs),
        state: { current: used, previous, updatedAtMs: atMs, windowMs },
      };
    },
  };

const NOTHING = { current: 0, previous: 0 };

/** What was counted, as the windows of `windowMs` have it at `atMs`. */
function counted(
  state: SlidingWindowCounterState,
  windowMs: number,
  atMs: number,
): { current: number; previous: number } {
  const { updatedAtMs } = state;
  const window = Math.floor(updatedAtMs / windowMs);
  let { current, previous } = state;
  if (state.windowMs !== windowMs) {
    // Each unit moves to the window of the latest time at which it can have come.
    const previousEndMs = updatedAtMs - (updatedAtMs % state.windowMs) - 1;
    const ageInWindows = window - Math.floor(previousEndMs / windowMs);
    if (ageInWindows === 0) current += previous;
    if (ageInWindows !== 1) previous = 0;
  }
  const passed = Math.floor(atMs / windowMs) - window;
  if (passed === 0) return { current, previous };
  return passed === 1 ? { current: 0, previous: current } : NOTHING;
}

/** How long the counters matter: until nothing of either is within a sliding window. */
function lifetimeMs(current: number, previous: number, windowMs: number, leftMs: number): number {
  if (current > 0) return leftMs + windowMs;
  return previous > 0 ? leftMs : 0;
}

/**
 * Solves the inequality of `take` for time: within this window while the current counter leaves
 * room, else in the next, where what is current now fades away.
 */
function waitMs(
  room: number,
  current: number,
  previous: number,
  othersMay: number,
  windowMs: number,
  leftMs: number,
): number {
  if (room >= 0) return leftMs - Math.floor((room * windowMs) / previous);
  return leftMs + windowMs - Math.floor((othersMay * windowMs) / current);
}
