import type { Answer, HeaderList, Outcome } from './block';
import { parseRateLimitField } from './rate-limit-fields';

/** What was measured of one exchange. Durations in ms, `receivedAtMs` Unix ms on the server's clock. */
export interface Exchange {
  readonly status: number;
  readonly headers: HeaderList;
  readonly body: string;
  readonly firstByteMs: number;
  readonly latencyMs: number;
  readonly receivedAtMs: number;
}

/** Reads an answer's decision out of its headers and body. */
export function toAnswer(exchange: Exchange): Answer {
  const header = (name: string) => exchange.headers.find(([key]) => key === name)?.[1];
  const resetSeconds = parseRateLimitField(header('ratelimit') ?? '')[0]?.parameters.t;
  const reset = wholeNumber(header('x-ratelimit-reset'));
  const outcome = outcomeOf(exchange.status, header('x-ratelimit-status') === 'degraded');
  return {
    ...exchange,
    outcome,
    failure: null,
    limit: wholeNumber(header('x-ratelimit-limit')),
    remaining: wholeNumber(header('x-ratelimit-remaining')),
    resetAtMs: reset === null ? null : reset * 1_000,
    resetSeconds: resetSeconds ?? null,
    retryAfterSeconds: wholeNumber(header('retry-after')),
    decidedBy: outcome === 'denied' ? deciderOf(exchange.body) : null,
  };
}

/** The answer of a request that got none. */
export function toFailure(failure: string, latencyMs: number, receivedAtMs: number): Answer {
  return {
    outcome: 'error',
    status: 0,
    failure,
    firstByteMs: latencyMs,
    latencyMs,
    receivedAtMs,
    headers: [],
    body: '',
    limit: null,
    remaining: null,
    resetAtMs: null,
    resetSeconds: null,
    retryAfterSeconds: null,
    decidedBy: null,
  };
}

function outcomeOf(status: number, isDegraded: boolean): Outcome {
  if (status === 429) return 'denied';
  if (status < 200 || status > 299) return 'error';
  return isDegraded ? 'degraded' : 'allowed';
}

function deciderOf(body: string): Answer['decidedBy'] {
  const decider = parseObject(body)?.decided_by;
  return decider === 'deny-cache' || decider === 'store' || decider === 'local' ? decider : null;
}

function wholeNumber(text: string | undefined): number | null {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : null;
}

/** A JSON object's members, or undefined for any other text. */
export function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
