import type { Answer, Block, Outcome } from '../../../components/traffic/block';
import type { RateStatus } from '../../../lib/gateway';

/** A moment on the edge of a 10 s window, Unix ms. */
export const WINDOW_START_MS = 1_763_689_600_000;
export const WINDOW_MS = 10_000;

const STATUS_CODES: Readonly<Record<Outcome, number>> = {
  allowed: 200,
  denied: 429,
  degraded: 200,
  error: 0,
};

/** An answer as a server with 5 requests every 10 s would give it. */
export function answerOf(outcome: Outcome, changes: Partial<Answer> = {}): Answer {
  const isCounted = outcome === 'allowed' || outcome === 'denied';
  return {
    outcome,
    status: STATUS_CODES[outcome],
    failure: outcome === 'error' ? 'the server could not be reached' : null,
    firstByteMs: 2,
    latencyMs: 3,
    receivedAtMs: WINDOW_START_MS + 4_000,
    headers: [],
    body: '',
    limit: isCounted ? 5 : null,
    remaining: isCounted ? 0 : null,
    resetAtMs: isCounted ? WINDOW_START_MS + WINDOW_MS : null,
    resetSeconds: isCounted ? 6 : null,
    retryAfterSeconds: outcome === 'denied' ? 6 : null,
    decidedBy: outcome === 'denied' ? 'store' : null,
    ...changes,
  };
}

export function blockOf(answer: Answer | null, changes: Partial<Block> = {}): Block {
  return {
    id: 1,
    ticker: 'AAPL',
    sentAtMs: WINDOW_START_MS + 4_000,
    isQueued: false,
    answer,
    ...changes,
  };
}

/** What the limiter says of a caller that has used 3 of 5. */
export function statusOf(changes: Partial<RateStatus> = {}): RateStatus {
  return {
    identifier: '203.0.113.7',
    policy: 'stock-price',
    algorithm: 'fixed-window',
    limit: 5,
    used: 3,
    remaining: 2,
    window_seconds: 10,
    reset_at: new Date(WINDOW_START_MS + WINDOW_MS).toISOString(),
    reset_in_ms: 6_000,
    key: `ratelimit:{203.0.113.7}:${WINDOW_START_MS / WINDOW_MS}`,
    store: 'redis',
    enforced: true,
    server_time: new Date(WINDOW_START_MS + 4_000).toISOString(),
    ...changes,
  };
}
