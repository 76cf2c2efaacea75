import { setImmediate } from 'node:timers/promises';

/** How long other work of the process waits for one turn, ms, beyond the step that ends it. */
const LONGEST_TURN_MS = 2;

/**
 * Does long work in turns, requests coming in between.
 * @returns to be awaited after each step: ends the turn when that has taken long
 */
export function takeTurns(): () => Promise<void> {
  let begunMs = performance.now();
  return async () => {
    if (performance.now() - begunMs < LONGEST_TURN_MS) return;
    await setImmediate();
    begunMs = performance.now();
  };
}
