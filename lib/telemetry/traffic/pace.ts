import { setImmediate as nextTurn } from 'node:timers/promises';

/** Waits where others have waited for their turn long enough. */
export type Pause = () => Promise<void>;

/** @param turnMs how long others may wait */
export function createPace(turnMs: number): Pause {
  let startMs = performance.now();
  return async () => {
    if (performance.now() - startMs < turnMs) return;
    await nextTurn();
    startMs = performance.now();
  };
}
