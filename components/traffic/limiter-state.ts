import type { RateStatus } from '@/lib/gateway';
import type { Answer } from './block';

/**
 * A status carried forward to `nowMs` (server's clock, Unix ms): once its window has ended a new one
 * has begun with nothing used.
 */
export function statusAt(status: RateStatus, nowMs: number): RateStatus {
  if (status.algorithm !== 'fixed-window' || status.reset_at === null) return status;
  const resetMs = Date.parse(status.reset_at);
  if (nowMs < resetMs) return status;
  const windowMs = status.window_seconds * 1_000;
  const endMs = resetMs + (Math.floor((nowMs - resetMs) / windowMs) + 1) * windowMs;
  return {
    ...status,
    used: 0,
    remaining: status.limit,
    reset_at: new Date(endMs).toISOString(),
    reset_in_ms: endMs - nowMs,
    key: keyOfWindow(status.key, endMs / windowMs - 1),
  };
}

/** What an answer says of the limit, before the next poll says it. */
export function statusAfter(status: RateStatus, answer: Answer): RateStatus {
  if (answer.outcome === 'degraded') {
    return {
      ...status,
      used: null,
      remaining: null,
      reset_at: null,
      reset_in_ms: null,
      enforced: false,
    };
  }
  const { limit, remaining, resetAtMs, receivedAtMs } = answer;
  if (limit === null || remaining === null || resetAtMs === null) return status;
  const knownResetMs = status.reset_at === null ? 0 : Date.parse(status.reset_at);
  const used = limit - remaining;
  // Answers may overtake each other; within a window the count only grows.
  if (resetAtMs < knownResetMs || (resetAtMs === knownResetMs && used < (status.used ?? 0))) {
    return status;
  }
  const isFixed = status.algorithm === 'fixed-window';
  return {
    ...status,
    limit,
    used,
    remaining,
    reset_at: new Date(resetAtMs).toISOString(),
    reset_in_ms: Math.max(0, Math.round(resetAtMs - receivedAtMs)),
    enforced: true,
    key: isFixed
      ? keyOfWindow(status.key, resetAtMs / (status.window_seconds * 1_000) - 1)
      : status.key,
  };
}

function keyOfWindow(key: string, index: number): string {
  return key.replace(/:\d+$/, `:${Math.round(index)}`);
}
