/** Between loads, ms: grows while there are always new gaps, as where nothing can be listened to. */
const REST_MS = { first: 5_000, longest: 60_000 };
/** After so long without a gap the next one is loaded at once, ms. */
const QUIET_MS = 60_000;

/** How long to wait from one load to the next. Times are monotonic, ms. */
export interface LoadRest {
  /** Something may be missing. */
  gap(nowMs: number): void;
  /** It was loaded. */
  loaded(nowMs: number): void;
  /** How long the next load has to wait yet. */
  waitMs(nowMs: number): number;
}

/** A single gap is loaded at once; of many, ever more are loaded together. */
export function createLoadRest(): LoadRest {
  let restMs = 0;
  let loadedMs = Number.NEGATIVE_INFINITY;
  let gapMs = Number.NEGATIVE_INFINITY;
  return {
    gap(nowMs) {
      if (nowMs - gapMs >= QUIET_MS) restMs = 0;
      gapMs = nowMs;
    },
    loaded(nowMs) {
      // The first load of all follows no gap.
      if (gapMs > loadedMs) restMs = Math.min(Math.max(2 * restMs, REST_MS.first), REST_MS.longest);
      loadedMs = nowMs;
    },
    waitMs: (nowMs) => Math.max(0, loadedMs + restMs - nowMs),
  };
}
