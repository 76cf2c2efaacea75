export interface TestClock {
  /** Unix ms. */
  readonly now: () => number;
  advance(ms: number): void;
}

export function testClock(): TestClock {
  let nowMs = Date.UTC(2030, 0, 1);
  return {
    now: () => nowMs,
    advance(ms) {
      nowMs += ms;
    },
  };
}
