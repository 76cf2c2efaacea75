import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { noteOnHeader } from '../../components/traffic/header-notes';

describe('notes on headers', () => {
  it.each([
    ['ratelimit-policy', '"stock-price";q=5;w=10', 'stock-price allows 5 requests in each 10 s.'],
    ['ratelimit', '"stock-price";r=3;t=7', '3 left of stock-price; renewed in 7 s.'],
    ['ratelimit', 'not a structured field', 'What is left of each limit.'],
    ['x-ratelimit-reset', '1763689610', 'The window ends at 01:46:50 UTC, given in Unix seconds.'],
    ['x-ratelimit-reset', 'soon', 'The window ends at soon, given in Unix seconds.'],
    ['cache-control', 'no-store', 'No cache may keep this answer.'],
    ['cache-control', 'max-age=60', 'How long a cache may keep it.'],
    ['content-type', 'application/problem+json', 'The body is a problem document, RFC 9457.'],
  ])('%s: %s', (name, value, note) => {
    expect(noteOnHeader(name, value)).toBe(note);
  });

  it('says nothing of a header it does not know, whatever its name', () => {
    expect(noteOnHeader('x-unknown', '1')).toBeUndefined();
    for (const name of ['constructor', '__proto__', 'toString', 'hasOwnProperty']) {
      expect(noteOnHeader(name, '1'), name).toBeUndefined();
    }
  });

  it('has a sentence for any value, and never throws', () => {
    const names = fc.constantFrom(
      'ratelimit',
      'ratelimit-policy',
      'x-ratelimit-reset',
      'retry-after',
    );
    fc.assert(
      fc.property(names, fc.string({ unit: 'binary' }), (name, value) => {
        expect(noteOnHeader(name, value)).toMatch(/\S/);
      }),
    );
  });
});
