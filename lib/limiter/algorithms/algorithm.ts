import type { AlgorithmName, Limit, Verdict } from '../limit';

/** A verdict and the state to keep if the whole decision is allowed. */
export interface Step<S> extends Verdict {
  readonly state: S;
}

/**
 * One way of counting. Pure: time is a parameter, state goes in and comes out.
 * The Lua twin in `lua/<name>.lua` makes the same steps on the same integers.
 *
 * After the verdict's `resetMs` a state equals none, so a store may forget it then. A clock that
 * stepped back stands still for a state until it has caught up with it.
 */
export interface Algorithm<L extends Limit, S> {
  readonly name: AlgorithmName;
  /** Whether units are given back when a request ends, and checks therefore need a lease. */
  readonly holdsSlots: boolean;
  /** The limit's numbers in the order in which the Lua twin reads them. */
  parameters(limit: L): readonly [number, number, number];
  /** Where the state of `key` lives at `nowMs`. */
  storageKey(key: string, limit: L, nowMs: number): string;
  /** The time in which the quota is renewed from nothing, for the RateLimit-Policy field. */
  windowMs(limit: L): number;
  /**
   * @param state undefined for a key never seen; may have been made under other numbers
   * @param cost whole units, at most the quota; 0 asks without taking
   * @param nowMs the store's clock
   * @param lease names the request's slots; only where `holdsSlots`, and there whenever it costs
   */
  take(state: S | undefined, limit: L, cost: number, nowMs: number, lease?: string): Step<S>;
  /** The state without the slots of `lease`; only where `holdsSlots`. */
  release?(state: S, lease: string): S;
}
