import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { thinned } from '../../../lib/telemetry/live/thinning';
import { decision } from './live-server';

const decisions = fc
  .array(fc.integer({ min: 1, max: 50 }), { maxLength: 300 })
  .map((weights) => weights.map((weight) => decision({ weight })));

const weightOf = (all: readonly { weight: number }[]) =>
  all.reduce((sum, { weight }) => sum + weight, 0);

describe('decisions that are thinned out', () => {
  it('stand for all of them, in their order, and are as many as there may be', () => {
    fc.assert(
      fc.property(decisions, fc.integer({ min: 1, max: 320 }), (all, most) => {
        const kept = thinned(all, most);
        expect(kept).toHaveLength(Math.min(all.length, most));
        expect(weightOf(kept)).toBe(weightOf(all));
        const positions = kept.map(({ id }) => all.findIndex((other) => other.id === id));
        expect(positions).toEqual(positions.toSorted((a, b) => a - b));
      }),
    );
  });

  it('are spread evenly: none stands for over one more than another', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 300 }), (n, most) => {
        const all = Array.from({ length: n }, () => decision());
        const weights = thinned(all, most).map(({ weight }) => weight);
        expect(Math.max(...weights) - Math.min(...weights)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('are none where none may be told', () => {
    expect(thinned([decision()], 0)).toEqual([]);
  });
});
