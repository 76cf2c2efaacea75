/** A duration as JSON tells it: to 1 µs. @param ms milliseconds */
export function roundedMs(ms: number): number {
  return Math.round(ms * 1_000) / 1_000;
}
