import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arrange, NO_PLACES, type Places, standing } from '../../components/traffic/places';
import type { TrafficWindow } from '../../components/traffic/windows';
import { blockOf, WINDOW_MS } from './support/blocks';

const PAGE = 4;

/** Windows by the ids of their blocks. */
function windowsOf(...members: readonly (readonly number[])[]): TrafficWindow[] {
  return members.map((ids, index) => ({
    startMs: index * WINDOW_MS,
    blocks: ids.map((id) => blockOf(null, { id })),
  }));
}

/** Who stands where after all these changes, 0 where nobody does. */
function placed(...changes: readonly TrafficWindow[][]): number[][] {
  const places = changes.reduce<Places>(
    (before, windows) => arrange(before, windows, PAGE),
    NO_PLACES,
  );
  return standing(places, changes.at(-1) ?? []).map((window) =>
    window.places.map((block) => block?.id ?? 0),
  );
}

describe('the places of blocks', () => {
  it('are taken in order of sending', () => {
    expect(placed(windowsOf([1, 2]), windowsOf([1, 2, 3], [4, 5]))).toEqual([
      [1, 2, 3],
      [4, 5],
    ]);
  });

  it('end with a window’s own blocks when what waited goes on to the next', () => {
    expect(placed(windowsOf([1, 2, 3, 4, 5, 6]), windowsOf([1, 2], [3, 4, 5, 6]))).toEqual([
      [1, 2],
      [3, 4, 5, 6],
    ]);
  });

  it('stay when an earlier request turns out to be counted by the next window', () => {
    const edge = windowsOf([1, 2, 3], [4, 5]);
    expect(placed(edge, windowsOf([1, 3], [2, 4, 5]), windowsOf([1], [2, 3, 4, 5]))).toEqual([
      [1, 0, 0],
      [4, 5, 2, 3],
    ]);
  });

  it('are kept for one that comes back to a window that is over', () => {
    expect(
      placed(windowsOf([1, 2], [3, 4]), windowsOf([1], [2, 3, 4]), windowsOf([1, 2], [3, 4])),
    ).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });

  it('keep their window’s column even when nobody is left in it', () => {
    expect(placed(windowsOf([1], []), windowsOf([], [1]).slice(1))).toEqual([[0], [1]]);
  });

  it('are forgotten by whole pages, and with their window', () => {
    const full = windowsOf([1, 2], [3, 4, 5, 6, 7, 8]);
    const kept = windowsOf([], [7, 8]).slice(1);
    expect(placed(full, kept)).toEqual([[7, 8]]);
    expect(placed(full, [])).toEqual([]);
  });

  it('never change while a block stays in its window, whatever is answered when', () => {
    const step = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 12, maxLength: 12 });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 12 }), (steps) => {
        let places = NO_PLACES;
        let newest = 0;
        for (const choices of steps) {
          newest = Math.max(newest, ...choices);
          const windows = windowsOf(
            ...Array.from({ length: newest + 1 }, (_, window) =>
              choices.flatMap((choice, index) => (choice === window ? [index + 1] : [])),
            ),
          );
          const next = arrange(places, windows, PAGE);
          expect(arrange(next, windows, PAGE)).toBe(next);
          const shown = standing(next, windows);
          expect(shown.map((window) => window.startMs)).toEqual(
            windows.map((window) => window.startMs),
          );
          for (const [index, window] of shown.entries()) {
            const ids = window.places.flatMap((block) => block?.id ?? []);
            expect(ids.toSorted((a, b) => a - b)).toEqual(
              windows[index]?.blocks.map(({ id }) => id),
            );
            const stood = places.get(window.startMs) ?? [];
            for (const { id } of windows[index]?.blocks ?? []) {
              const place = stood.indexOf(id);
              if (place !== -1) expect(window.places[place]?.id).toBe(id);
            }
            const hadOneBehind = places.has(window.startMs + WINDOW_MS);
            if (hadOneBehind) expect(window.places.length).toBeGreaterThanOrEqual(stood.length);
          }
          places = next;
        }
      }),
    );
  });
});
