import type { Limit, Verdict } from './limit';
import type { MaybePromise } from './maybe-promise';

/** One limit to hold against one key. */
export interface Check {
  /** Names the state; keys of one decision share a Redis Cluster hash tag. */
  readonly key: string;
  readonly limit: Limit;
  /** Whole units; 0 asks without taking. */
  readonly cost: number;
}

/** The store's answer to all checks of one request. */
export interface Ruling {
  /** True when every check allowed it; only then was anything consumed. */
  readonly allowed: boolean;
  /** One per check, in order. */
  readonly verdicts: readonly Verdict[];
  /** The store's clock at the moment of the decision, Unix ms. */
  readonly nowMs: number;
  readonly source: 'store' | 'deny-cache';
}

export interface StoreHealth {
  readonly kind: 'memory' | 'redis';
  readonly status: 'ok' | 'unreachable';
  /** Round trip, ms; null when unreachable. */
  readonly latencyMs: number | null;
  /** When the present status began, Unix ms. */
  readonly sinceMs: number;
}

/** Where counters live. */
export interface Store {
  readonly kind: StoreHealth['kind'];
  /**
   * Checks all limits and consumes all or nothing, atomically.
   * @throws StoreError, or rejects with it, when the store cannot answer in time
   */
  decide(checks: readonly Check[]): MaybePromise<Ruling>;
  /** Never throws: an unreachable store is an answer. */
  health(): Promise<StoreHealth>;
  close(): Promise<void>;
}

export type StoreFailure = 'timeout' | 'disconnected' | 'refused' | 'bad-key';

/** The store did not decide. What then happens to the request is the limiter's choice. */
export class StoreError extends Error {
  override readonly name = 'StoreError';

  constructor(
    readonly kind: StoreFailure,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
