/** Picks some of many, so that each has the same chance and those picked stand for all. */
export interface Sampler {
  /**
   * How many this one stands for: itself and those passed over since the last that was taken; 0 when
   * it is passed over. What all calls of both functions return adds up to the number of these, but for
   * those that `rest` has yet to tell.
   * @param nowMs of any clock, always the same one
   */
  take(nowMs: number): number;
  /**
   * How many were passed over since the last that was taken, once a second has gone by without any:
   * no later one stands for them. 0 before.
   * @param nowMs infinite: none will come
   */
  rest(nowMs: number): number;
}

const SECOND_MS = 1_000;

/**
 * Takes all while they come no faster than `perSecond`; beyond it one of every k, at a random place
 * among them, so that a rhythm of what comes cannot meet the rhythm of the sampling. k follows the
 * rate of the second before, and where a second is busier than that, the rate so far. At most twice
 * `perSecond` are taken in any second of the clock.
 * @param random 0 to 1, exclusive
 */
export function createSampler(perSecond: number, random = Math.random): Sampler {
  const most = 2 * perSecond;
  let second = Number.NaN;
  let came = 0;
  let taken = 0;
  let passed = 0;
  /** How many are left of the present k, and at how many of them one is taken. */
  let left = 0;
  let takenAt = 0;
  let every = 1;

  function begin(nowMs: number): void {
    const next = Math.floor(nowMs / SECOND_MS);
    every = next === second + 1 ? Math.max(1, Math.ceil(came / perSecond)) : 1;
    second = next;
    came = 0;
    taken = 0;
    left = 0;
  }

  function widen(nowMs: number): void {
    const elapsedMs = Math.max(1, nowMs - second * SECOND_MS);
    const toCome = (came / elapsedMs) * (SECOND_MS - elapsedMs);
    every = Math.max(every, Math.ceil(toCome / ((most - taken) / 2)));
  }

  function told(): number {
    const weight = passed;
    passed = 0;
    return weight;
  }

  return {
    take(nowMs) {
      if (!(nowMs >= second * SECOND_MS && nowMs < (second + 1) * SECOND_MS)) begin(nowMs);
      came += 1;
      passed += 1;
      if (taken >= most) return 0;
      if (left === 0) {
        if (taken >= perSecond) widen(nowMs);
        left = every;
        takenAt = every === 1 ? 1 : 1 + Math.floor(random() * every);
      }
      if (left-- !== takenAt) return 0;
      taken += 1;
      return told();
    },
    rest: (nowMs) => (nowMs >= (second + 2) * SECOND_MS ? told() : 0),
  };
}
