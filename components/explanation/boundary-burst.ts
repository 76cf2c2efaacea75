/** One request of the illustration and what each algorithm says of it. Times in ms from the first window's start. */
export interface BurstRequest {
  readonly atMs: number;
  readonly fixed: boolean;
  readonly sliding: boolean;
}

/** Time between two requests of the burst, as a share of the window. */
const SPACING = 0.04;

/** Time from the first request to the last, ms. */
export function burstLengthMs(limit: number, windowMs: number): number {
  return (2 * limit - 1) * SPACING * windowMs;
}

/**
 * A burst of twice the limit, decided by a fixed window (the count starts again at each boundary)
 * and by a sliding window (counts what was allowed in the `windowMs` before each request).
 * @param startMs moment of the first request
 * @param limit small enough for the burst to be shorter than a window: at most 12
 */
export function decideBurst(startMs: number, limit: number, windowMs: number): BurstRequest[] {
  const perWindow = new Map<number, number>();
  const slidingAllowed: number[] = [];
  return Array.from({ length: limit * 2 }, (_, index) => {
    const atMs = startMs + index * SPACING * windowMs;
    const window = Math.floor(atMs / windowMs);
    const used = perWindow.get(window) ?? 0;
    const fixed = used < limit;
    if (fixed) perWindow.set(window, used + 1);
    const recent = slidingAllowed.filter((moment) => moment > atMs - windowMs).length;
    const sliding = recent < limit;
    if (sliding) slidingAllowed.push(atMs);
    return { atMs, fixed, sliding };
  });
}
