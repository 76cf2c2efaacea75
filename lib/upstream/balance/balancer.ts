/** What balancing looks at in a target. */
export interface Candidate {
  /** Its share; 0: none. */
  readonly weight: number;
  /** Requests and upgraded connections that it has now. */
  readonly inFlight: number;
  /** `hashOf` what consistent hashing knows it by. */
  readonly seed: number;
  /** What taking turns owes it; 0 at first, and written by nothing else. */
  credit: number;
}

/**
 * A way of balancing. What it has to remember of a target lies in the candidate, so that any of them
 * may be left out of any pick.
 */
export interface Balancer {
  /**
   * Picks the next target. Allocates nothing: every request asks.
   * @returns its index, or -1 where no candidate has a weight
   */
  pick(candidates: readonly Candidate[], hashKey: string): number;
}
