import { toAnswer, toFailure } from './answer';
import type { Answer } from './block';
import { pageClock } from './page-clock';
import { stockPricePath } from './ticker';

/** Longest wait for an answer, ms. */
const TIMEOUT_MS = 10_000;

/** What this page adds to a request; the browser adds its own. */
export const REQUEST_HEADERS = { accept: 'application/json' } as const;

/** Asks for a quote and measures the answer. Never rejects: a failure is an answer too. */
export async function sendRequest(ticker: string, signal: AbortSignal): Promise<Answer> {
  const sentAt = performance.now();
  try {
    const response = await fetch(stockPricePath(ticker), {
      headers: REQUEST_HEADERS,
      cache: 'no-store',
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    const firstByteAt = performance.now();
    const body = await response.text();
    const receivedAt = performance.now();
    return toAnswer({
      status: response.status,
      headers: [...response.headers],
      body,
      firstByteMs: firstByteAt - sentAt,
      latencyMs: receivedAt - sentAt,
      receivedAtMs: pageClock.nowOrLocal(),
    });
  } catch (error) {
    const isTimeout = error instanceof DOMException && error.name === 'TimeoutError';
    return toFailure(
      isTimeout ? `nothing came within ${TIMEOUT_MS / 1_000} s` : 'the server could not be reached',
      performance.now() - sentAt,
      pageClock.nowOrLocal(),
    );
  }
}
