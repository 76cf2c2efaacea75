import { createRollingWindow } from './rolling-window';

/** Keeps retries a share of the requests, so that an upstream in trouble does not get more to do. */
export interface RetryBudget {
  countRequests(count: number, nowMs: number): void;
  /**
   * Whether one more attempt may be made now; takes it from the budget when it may.
   * @param percent share of the requests of the last ten seconds
   */
  take(percent: number, nowMs: number): boolean;
}

const WINDOW_MS = 10_000;
/** Where few requests come, a share of them would be none: three a second are always allowed. */
const LEAST_IN_WINDOW = (WINDOW_MS / 1_000) * 3;

const REQUESTS = 0;
const RETRIES = 1;

/**
 * The budget of Finagle's RetryBudget: a percentage of the requests of the last ten seconds plus some
 * retries per second (github.com/twitter/finagle, finagle-core/…/service/RetryBudget.scala). Envoy's
 * retry_budget has the same two numbers, of requests in flight.
 */
export function createRetryBudget(): RetryBudget {
  const window = createRollingWindow(WINDOW_MS, 2);
  return {
    countRequests(count, nowMs) {
      window.add(REQUESTS, nowMs, count);
    },
    take(percent, nowMs) {
      const allowed = LEAST_IN_WINDOW + (window.count(REQUESTS, nowMs) * percent) / 100;
      if (window.count(RETRIES, nowMs) + 1 > allowed) return false;
      window.add(RETRIES, nowMs);
      return true;
    },
  };
}
