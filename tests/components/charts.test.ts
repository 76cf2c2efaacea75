import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lastValue, lonePoints, placeLabels } from '../../components/charts/end-labels';
import { nearestIndex, neatTop, steadyTop } from '../../components/charts/scale';
import { createSharedCursor } from '../../components/charts/shared-cursor';

const HEIGHT = 18;

describe('labels at the ends of lines', () => {
  it('stay within, do not overlap, and keep the order of their lines', () => {
    const wanted = fc.array(fc.double({ min: -50, max: 250, noNaN: true }), {
      minLength: 1,
      maxLength: 5,
    });
    fc.assert(
      fc.property(wanted, (ends) => {
        const placed = placeLabels(ends, HEIGHT, 200);
        const sorted = placed.toSorted((a, b) => a - b);
        expect(sorted[0]).toBeGreaterThanOrEqual(HEIGHT / 2 - 1e-9);
        expect(sorted.at(-1)).toBeLessThanOrEqual(200 - HEIGHT / 2 + 1e-9);
        for (let index = 1; index < sorted.length; index += 1) {
          expect((sorted[index] ?? 0) - (sorted[index - 1] ?? 0)).toBeGreaterThanOrEqual(
            HEIGHT - 1e-9,
          );
        }
        for (const [a, end] of ends.entries()) {
          for (const [b, other] of ends.entries()) {
            if (other - end >= HEIGHT) expect(placed[a]).toBeLessThan(placed[b] ?? 0);
          }
        }
      }),
    );
  });

  it('of lines that nearly meet keep the order they are given in', () => {
    expect(placeLabels([100, 95, 100], HEIGHT, 200)).toEqual([100, 118, 136]);
    expect(placeLabels([100, 82, 90], HEIGHT, 200)).toEqual([100, 82, 118]);
  });

  it('stand at their lines where there is room', () => {
    expect(placeLabels([20, 100, 60], HEIGHT, 200)).toEqual([20, 100, 60]);
  });
});

describe('points', () => {
  it('are drawn where no line would show them', () => {
    expect(lonePoints([1, null, 2, 3, null, null, 4])).toEqual([0, 6]);
    expect(lonePoints([])).toEqual([]);
  });

  it('of a line end with the last that there is', () => {
    expect(lastValue([1, 2, null])).toBe(2);
    expect(lastValue([null])).toBeUndefined();
  });
});

describe('the top of a scale', () => {
  it('holds the value, at most twice over, and its half is as easy to read', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-3, max: 1e9, noNaN: true }), (value) => {
        const top = neatTop(value);
        expect(top).toBeGreaterThanOrEqual(value * (1 - 1e-9));
        expect(top).toBeLessThanOrEqual(value * 2 * (1 + 1e-9));
        expect(String(top / 2).replace(/[0.e+-]/g, '').length).toBeLessThanOrEqual(2);
      }),
    );
  });

  it('grows at once and comes down only when half of it is too much', () => {
    expect(steadyTop(0, 35, 4)).toBe(40);
    expect(steadyTop(40, 41, 4)).toBe(60);
    expect(steadyTop(60, 35, 4)).toBe(60);
    expect(steadyTop(60, 12, 4)).toBe(20);
    expect(steadyTop(20, 0, 4)).toBe(4);
  });
});

describe('the nearest point', () => {
  it('is one that no other is nearer than', () => {
    const xs = fc.uniqueArray(fc.integer({ min: 0, max: 1_000 }), { minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(xs, fc.integer({ min: -10, max: 1_010 }), (points, x) => {
        const sorted = points.toSorted((a, b) => a - b);
        const found = sorted[nearestIndex(sorted, x)] ?? Number.NaN;
        expect(Math.abs(found - x)).toBe(Math.min(...sorted.map((point) => Math.abs(point - x))));
      }),
    );
  });

  it('of nothing is none', () => {
    expect(nearestIndex([], 5)).toBe(-1);
  });
});

describe('the shared cursor', () => {
  it('tells everybody who listens, and only what changed', () => {
    const cursor = createSharedCursor();
    const heard: (number | undefined)[] = [];
    const leave = cursor.subscribe(() => heard.push(cursor.get()));
    cursor.set(5);
    cursor.set(5);
    cursor.set(undefined);
    leave();
    cursor.set(7);
    expect(heard).toEqual([5, undefined]);
  });
});
