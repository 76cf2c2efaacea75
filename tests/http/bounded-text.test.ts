import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bounded } from '../../lib/http';

describe('a bounded text', () => {
  it('is whole where it is short enough, and else as long as it may be, with a mark at its end', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 20 }), (text, longest) => {
        const expected = text.length <= longest ? text : `${text.slice(0, longest - 1)}…`;
        expect(bounded(text, longest)).toBe(expected);
        expect(bounded(text, longest).length).toBeLessThanOrEqual(longest);
      }),
    );
  });
});
