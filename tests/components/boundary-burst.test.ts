import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { burstLengthMs, decideBurst } from '../../components/explanation/boundary-burst';

const LARGEST_LIMIT = 12;

const bursts = fc
  .record({
    limit: fc.integer({ min: 1, max: LARGEST_LIMIT }),
    windowMs: fc.integer({ min: 1, max: 3_600 }).map((seconds) => seconds * 1_000),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  .map(({ limit, windowMs, share }) => ({
    limit,
    windowMs,
    startMs: share * (2 * windowMs - burstLengthMs(limit, windowMs)),
  }));

const passed = (decisions: readonly boolean[]) => decisions.filter(Boolean).length;

describe('a burst over the edge of a window', () => {
  it('gets at most twice the limit from a fixed window, and at least the limit', () => {
    fc.assert(
      fc.property(bursts, ({ startMs, limit, windowMs }) => {
        const burst = decideBurst(startMs, limit, windowMs);
        expect(burst).toHaveLength(2 * limit);
        const fixed = passed(burst.map((request) => request.fixed));
        expect(fixed).toBeLessThanOrEqual(2 * limit);
        expect(fixed).toBeGreaterThanOrEqual(limit);
        for (const window of [0, 1]) {
          const inside = burst.filter(({ atMs }) => Math.floor(atMs / windowMs) === window);
          expect(passed(inside.map((request) => request.fixed))).toBeLessThanOrEqual(limit);
        }
      }),
    );
  });

  it('never gets more than the limit from a sliding window', () => {
    fc.assert(
      fc.property(bursts, ({ startMs, limit, windowMs }) => {
        const allowed = decideBurst(startMs, limit, windowMs).filter(({ sliding }) => sliding);
        for (const { atMs } of allowed) {
          const within = allowed.filter(
            (other) => other.atMs > atMs - windowMs && other.atMs <= atMs,
          );
          expect(within.length).toBeLessThanOrEqual(limit);
        }
        expect(allowed).toHaveLength(limit);
      }),
    );
  });

  it('is let through twice when it straddles the edge in the middle, once when it does not', () => {
    const length = burstLengthMs(5, 10_000);
    const fixedAt = (startMs: number) =>
      passed(decideBurst(startMs, 5, 10_000).map(({ fixed }) => fixed));
    expect(fixedAt(10_000 - length / 2)).toBe(10);
    expect(fixedAt(0)).toBe(5);
    expect(fixedAt(10_000)).toBe(5);
  });

  it('is spread evenly over its length', () => {
    const times = decideBurst(700, 5, 10_000).map(({ atMs }) => atMs);
    expect(times[0]).toBe(700);
    expect((times.at(-1) ?? 0) - 700).toBeCloseTo(burstLengthMs(5, 10_000));
  });
});
