import type { Balancer } from './balancer';
import { hashOf, mix } from './hash';

const TWO_TO_32 = 4_294_967_296;

/**
 * The same target for the same key, by rendezvous hashing (Thaler and Ravishankar, "Using name-based
 * mappings to increase hit rates", 1998) with the logarithmic method for weights (Schindelhauer and
 * Schomaker, "Weighted distributed hash tables", 2005): every target draws a number for the key, as
 * exponentially distributed with its weight, and the least wins.
 *
 * A target that is gone moves its own keys and no others, each to the target that was next for it. No
 * table is built, so any target may be left out of any pick.
 */
export const consistentHash: Balancer = {
  pick(candidates, hashKey) {
    const key = hashOf(hashKey);
    let picked = -1;
    let least = Number.POSITIVE_INFINITY;
    for (let index = 0; index < candidates.length; index++) {
      const candidate = candidates[index];
      if (candidate === undefined || candidate.weight === 0) continue;
      const uniform = (mix(key ^ candidate.seed) + 0.5) / TWO_TO_32;
      const drawn = -Math.log(uniform) / candidate.weight;
      if (drawn >= least) continue;
      least = drawn;
      picked = index;
    }
    return picked;
  },
};
