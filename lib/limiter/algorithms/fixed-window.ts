import type { FixedWindowLimit } from '../limit';
import type { Algorithm } from './algorithm';

interface FixedWindowState {
  /** Index of the window since the Unix epoch. */
  readonly window: number;
  readonly used: number;
}

/**
 * Fixed window: one counter per window of `windowMs`, aligned to the epoch.
 * Exact within a window; across a boundary up to twice the quota can pass within one window's length.
 */
export const fixedWindow: Algorithm<FixedWindowLimit, FixedWindowState> = {
  name: 'fixed-window',
  holdsSlots: false,
  parameters: (limit) => [limit.quota, limit.windowMs, 0],
  storageKey: (key, limit, nowMs) => `${key}:${Math.floor(nowMs / limit.windowMs)}`,
  windowMs: (limit) => limit.windowMs,

  take(state, limit, cost, nowMs) {
    const window = Math.floor(nowMs / limit.windowMs);
    const before = state?.window === window ? state.used : 0;
    const allowed = before + cost <= limit.quota;
    const used = allowed ? before + cost : before;
    const resetMs = (window + 1) * limit.windowMs - nowMs;
    return {
      limit,
      allowed,
      remaining: Math.max(0, limit.quota - used),
      resetMs,
      retryAfterMs: allowed ? 0 : resetMs,
      state: { window, used },
    };
  },
};
