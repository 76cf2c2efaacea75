import type { Balancer, Candidate } from './balancer';
import { takeTurn } from './smooth-turn';

/** The target with the least in flight for its weight; those that are level take turns. */
export const leastConnections: Balancer = {
  pick(candidates) {
    let least: Candidate | undefined;
    for (let index = 0; index < candidates.length; index++) {
      const candidate = candidates[index];
      if (candidate === undefined || candidate.weight === 0) continue;
      // Ratios compared without dividing: integers stay exact.
      if (
        least === undefined ||
        candidate.inFlight * least.weight < least.inFlight * candidate.weight
      ) {
        least = candidate;
      }
    }
    return least === undefined ? -1 : takeTurn(candidates, least);
  },
};
