import type { AlgorithmName, Limit, Verdict } from '../limit';

/** A verdict and the state to keep if the whole decision is allowed. */
export interface Step<S> extends Verdict {
  readonly state: S;
}

/**
 * One way of counting. Pure: time is a parameter, state goes in and comes out.
 * The Lua twin in `lua/<name>.lua` makes the same steps on the same integers.
 */
export interface Algorithm<L extends Limit, S> {
  readonly name: AlgorithmName;
  /** The limit's numbers in the order in which the Lua twin reads them. */
  parameters(limit: L): readonly [number, number, number];
  /** Where the state of `key` lives at `nowMs`. */
  storageKey(key: string, limit: L, nowMs: number): string;
  /** The time in which the quota is renewed from nothing, for the RateLimit-Policy field. */
  windowMs(limit: L): number;
  /**
   * @param state undefined for a key never seen
   * @param cost whole units; 0 asks without taking
   * @param nowMs the store's clock
   */
  take(state: S | undefined, limit: L, cost: number, nowMs: number): Step<S>;
}
