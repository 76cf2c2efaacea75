import type { Balancer } from './balancer';
import { takeTurn } from './smooth-turn';

/** Each target in its turn, as often as its weight says. */
export const roundRobin: Balancer = {
  pick: (candidates) => takeTurn(candidates, undefined),
};
