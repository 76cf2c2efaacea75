import type { RateStatus } from '@/lib/gateway';
import type { Block } from './block';
import { formatTime } from './format';

/** One step of a decision: what was asked, what came back, and what it means. */
export interface TraceStep {
  readonly command: string;
  readonly reply: string;
  readonly note: string;
}

export interface CommandTrace {
  /** Where the steps ran, or why none did. */
  readonly place: string;
  readonly steps: readonly TraceStep[];
  readonly conclusion: string;
}

/**
 * The storage commands behind a block's answer, rebuilt from what the answer says. Undefined while
 * there is none, or when no decision was made.
 */
export function commandTrace({ answer }: Block, status: RateStatus): CommandTrace | undefined {
  if (answer === null || answer.outcome === 'error') return undefined;
  const store = status.store === 'redis' ? 'Redis' : "This process's memory";
  if (answer.outcome === 'degraded') {
    return {
      place: `${store} did not answer in time.`,
      steps: [],
      conclusion: `${answer.status}: the policy fails open, so the request passed uncounted.`,
    };
  }
  const { limit, remaining, resetAtMs, resetSeconds } = answer;
  if (limit === null || remaining === null || resetAtMs === null) return undefined;
  if (answer.decidedBy === 'deny-cache') {
    return {
      place: `${store} was not asked: this replica knew that the window is full until ${formatTime(resetAtMs)}.`,
      steps: [],
      conclusion: `429, Retry-After: ${answer.retryAfterSeconds}. The deny cache answered.`,
    };
  }
  const key = keyOf(status, resetAtMs);
  const steps =
    answer.outcome === 'denied'
      ? [full(key, limit)]
      : counted(key, limit - remaining, limit, resetSeconds);
  const verdict =
    answer.outcome === 'denied'
      ? `429, Retry-After: ${answer.retryAfterSeconds}. Nothing was written: a refused request does not count.`
      : `${answer.status}, ${remaining} remaining. The key goes away in ${resetSeconds ?? '?'} s, and the count with it.`;
  return {
    place:
      status.store === 'redis'
        ? 'In Redis, as one script that nothing can interrupt.'
        : "No Redis here: the same steps, in this process's memory.",
    steps,
    conclusion: verdict,
  };
}

function counted(
  key: string,
  used: number,
  limit: number,
  resetSeconds: number | null,
): TraceStep[] {
  const before = used - 1;
  const steps = [
    {
      command: `GET ${key}`,
      reply: before === 0 ? '(nil)' : `"${before}"`,
      note:
        before === 0 ? 'The first of this window.' : `${before} + 1 is within ${limit}: allowed.`,
    },
    { command: `INCRBY ${key} 1`, reply: String(used), note: 'This request counts.' },
  ];
  if (before !== 0) return steps;
  return [
    ...steps,
    {
      command: `PEXPIRE ${key} ${resetSeconds === null ? '…' : `≤${resetSeconds * 1_000}`}`,
      reply: '1',
      note: 'The count lives until its window ends, to the millisecond.',
    },
  ];
}

function full(key: string, limit: number): TraceStep {
  return {
    command: `GET ${key}`,
    reply: `"${limit}"`,
    note: `${limit} + 1 is over ${limit}: denied.`,
  };
}

function keyOf(status: RateStatus, resetAtMs: number): string {
  const index = Math.round(resetAtMs / (status.window_seconds * 1_000)) - 1;
  return status.algorithm === 'fixed-window'
    ? status.key.replace(/:\d+$/, `:${index}`)
    : status.key;
}
