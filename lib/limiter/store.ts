import type { Limit, Verdict } from './limit';
import type { MaybePromise } from './maybe-promise';

/** One limit to hold against one key. */
export interface Check {
  /** Names the state; keys of one decision share a Redis Cluster hash tag. */
  readonly key: string;
  readonly limit: Limit;
  /** Whole units; 0 asks without taking. */
  readonly cost: number;
  /** Names this request's slots; only for limits that hold slots, and there always. */
  readonly lease?: string;
}

/** State that a store keeps: where, and under which limit. */
export type Target = Pick<Check, 'key' | 'limit'>;

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
  /** Failures since the start, by kind. */
  readonly failures: Readonly<Partial<Record<StoreFailure, number>>>;
}

/** @param key undefined when it is not known which keys: forget all that is known of any */
export type ResetListener = (key: string | undefined) => void;

/** Where counters live. */
export interface Store {
  readonly kind: StoreHealth['kind'];
  /**
   * Checks all limits and consumes all or nothing, atomically.
   * @throws StoreError, or rejects with it, when the store cannot answer in time
   */
  decide(checks: readonly Check[]): MaybePromise<Ruling>;
  /** Whether these keys can be ruled on at once; those of different cluster slots can't. */
  canDecideTogether(checks: readonly Check[]): boolean;
  /** Gives back the slots that `lease` holds. */
  release(target: Target, lease: string): MaybePromise<void>;
  /** Forgets what was counted, and blocks too. */
  reset(targets: readonly Target[]): MaybePromise<void>;
  /** Denies every decision that has a check with this key. @param ms for how long */
  block(key: string, ms: number): MaybePromise<void>;
  /** Tells of resets and blocks by any replica, for those who remember rulings. */
  onReset(listener: ResetListener): void;
  /** Never throws: an unreachable store is an answer. */
  health(): Promise<StoreHealth>;
  close(): Promise<void>;
}

/**
 * Why a store did not decide. `no-script` and `redirected` are mended on the way and only counted.
 */
export type StoreFailure =
  | 'timeout'
  | 'disconnected'
  | 'read-only'
  | 'loading'
  | 'out-of-memory'
  | 'busy'
  | 'no-auth'
  | 'no-permission'
  | 'wrong-type'
  | 'cluster-down'
  | 'bad-reply'
  | 'no-script'
  | 'redirected'
  | 'refused';

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
