import type { AlgorithmName, Limit } from '../limit';
import type { Algorithm } from './algorithm';
import { concurrency } from './concurrency';
import { fixedWindow } from './fixed-window';
import { gcra } from './gcra';
import { slidingWindowCounter } from './sliding-window-counter';
import { slidingWindowLog } from './sliding-window-log';
import { tokenBucket } from './token-bucket';

/**
 * The registry: adding an algorithm is one line here, one file beside this one, and one in `lua/`.
 * State types are erased: a store hands a state back only to the algorithm that made it.
 */
const registry: Readonly<Record<AlgorithmName, Algorithm<Limit, unknown>>> = {
  'fixed-window': fixedWindow,
  'sliding-window-log': slidingWindowLog,
  'sliding-window-counter': slidingWindowCounter,
  'token-bucket': tokenBucket,
  gcra,
  concurrency,
};

export const algorithmNames: readonly string[] = Object.keys(registry);

export function algorithmOf(limit: Limit): Algorithm<Limit, unknown> {
  return registry[limit.algorithm];
}

export type { Algorithm, Step } from './algorithm';
