/**
 * @typedef {object} Asked what a candidate decides with
 * @property {(key: string) => unknown} ask one decision of cost 1, or a promise of it; may reject when denied
 * @property {(answer: unknown) => boolean} isAllowed
 * @property {(error: unknown) => boolean} [isDenial] whether a rejection is a denied decision
 *
 * @typedef {object} Slice
 * @property {number} decisions
 * @property {number} allowed
 * @property {number} seconds
 * @property {number} p50Us
 * @property {number} p99Us
 */

const MAX_SAMPLES = 2_000_000;

/**
 * Keeps `inFlight` decisions under way for `ms`, each lane asking again as soon as it is answered.
 * @param {Asked} asked
 * @param {{keys: string[], inFlight: number, ms: number, timeEvery: number}} load
 *   timeEvery: one decision in so many is timed; more than 1 where the clock would cost as much
 * @returns {Promise<Slice>}
 */
export async function runLanes({ ask, isAllowed, isDenial }, { keys, inFlight, ms, timeEvery }) {
  const samples = [];
  let decisions = 0;
  let allowed = 0;
  let next = 0;
  const startedAt = performance.now();
  const endsAt = startedAt + ms;
  let isOver = false;

  async function lane() {
    while (!isOver) {
      const key = keys[next];
      next = next + 1 === keys.length ? 0 : next + 1;
      const isTimed = decisions % timeEvery === 0;
      const askedAt = isTimed ? performance.now() : 0;
      decisions += 1;
      try {
        let answer = ask(key);
        // An answer that is there already is taken as a caller would: without a turn of microtasks.
        if (typeof answer.then === 'function') answer = await answer;
        if (isAllowed(answer)) allowed += 1;
      } catch (error) {
        if (!isDenial?.(error)) throw error;
      }
      if (!isTimed) continue;
      const now = performance.now();
      if (samples.length < MAX_SAMPLES) samples.push(now - askedAt);
      if (now >= endsAt) isOver = true;
    }
  }

  await Promise.all(Array.from({ length: inFlight }, lane));
  const seconds = (performance.now() - startedAt) / 1_000;
  return { decisions, allowed, seconds, ...percentilesUs(samples) };
}

/** @param {number[]} samples ms; sorted in place */
export function percentilesUs(samples) {
  const sorted = Float64Array.from(samples).sort();
  const at = (share) => (sorted[Math.floor(share * (sorted.length - 1))] ?? 0) * 1_000;
  return { p50Us: at(0.5), p99Us: at(0.99) };
}
