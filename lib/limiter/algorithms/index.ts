import type { AlgorithmName, Limit } from '../limit';
import type { Algorithm } from './algorithm';
import { fixedWindow } from './fixed-window';
import { tokenBucket } from './token-bucket';

/**
 * The registry: adding an algorithm is one line here, one file beside this one, and one in `lua/`.
 * State types are erased: a state is only ever handed back to the algorithm that made it, because
 * a store keeps one limit under one key.
 */
const registry: Readonly<Record<AlgorithmName, Algorithm<Limit, unknown>>> = {
  'fixed-window': fixedWindow,
  'token-bucket': tokenBucket,
};

export const algorithmNames: readonly string[] = Object.keys(registry);

export function algorithmOf(limit: Limit): Algorithm<Limit, unknown> {
  return registry[limit.algorithm];
}

export type { Algorithm, Step } from './algorithm';
