/** Points of each series. */
export const POINTS = 3_600;
export const SERIES = 3;
export const UPDATES_PER_SECOND = 10;

/** Before it begins anew. */
const LENGTH = 8 * POINTS;
const START = 1_790_000_000;

/**
 * Traffic of one hour that goes on by one second with each call.
 * @returns {() => {xs: number[], columns: number[][]}} new arrays each time, as the page makes them
 */
export function createStream() {
  // Made beforehand: it is not the chart's cost.
  const all = Array.from({ length: SERIES }, (_, series) =>
    Array.from({ length: LENGTH }, (_, at) =>
      Math.round(120 + 80 * Math.sin(at / 90 + series) + 40 * noise(at * 3 + series)),
    ),
  );
  let first = 0;
  return () => {
    first = (first + 1) % (LENGTH - POINTS);
    return {
      xs: Array.from({ length: POINTS }, (_, index) => START + first + index),
      columns: all.map((series) => series.slice(first, first + POINTS)),
    };
  };
}

function noise(seed) {
  const value = Math.sin(seed * 12.9898) * 43_758.5453;
  return value - Math.floor(value);
}
