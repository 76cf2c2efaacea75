import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRateLimitField } from '../../components/traffic/rate-limit-fields';

describe('RateLimit fields', () => {
  it.each([
    ['"stock-price";q=5;w=10', [{ name: 'stock-price', parameters: { q: 5, w: 10 } }]],
    ['"a";r=0;t=7', [{ name: 'a', parameters: { r: 0, t: 7 } }]],
    [
      '"burst";q=5;w=1, "day";q=1000;w=86400',
      [
        { name: 'burst', parameters: { q: 5, w: 1 } },
        { name: 'day', parameters: { q: 1_000, w: 86_400 } },
      ],
    ],
    ['  "a" ; q=1  ', [{ name: 'a', parameters: { q: 1 } }]],
    ['"a, \\"b\\"; c"', [{ name: 'a, "b"; c', parameters: {} }]],
    ['', []],
    ['stock-price;q=5', []],
    ['"a";q=five', []],
    ['"a";q=5 "b";q=6', []],
    ['"a";q=5,', []],
    ['"open', []],
  ])('reads %s', (field, members) => {
    expect(parseRateLimitField(field)).toEqual(members);
  });

  it('reads back whatever was written', () => {
    const name = fc.stringMatching(/^[ -~]{0,20}$/);
    const member = fc.record({
      name,
      parameters: fc.dictionary(fc.constantFrom('q', 'w', 'r', 't', 'pk'), fc.nat()),
    });
    fc.assert(
      fc.property(fc.array(member, { minLength: 1, maxLength: 4 }), (members) => {
        const field = members
          .map(({ name: text, parameters }) =>
            [
              `"${text.replace(/["\\]/g, '\\$&')}"`,
              ...Object.entries(parameters).map(([key, value]) => `${key}=${value}`),
            ].join(';'),
          )
          .join(', ');
        expect(parseRateLimitField(field)).toEqual(
          members.map(({ name: text, parameters }) => ({
            name: text,
            parameters: { ...parameters },
          })),
        );
      }),
    );
  });

  it('never throws, whatever a server sends', () => {
    const near = fc.array(
      fc.constantFrom('"', '\\', ';', ',', '=', ' ', 'q', '5', '-', '\0', '💥'),
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          near.map((all) => all.join('')),
        ),
        (field) => {
          expect(Array.isArray(parseRateLimitField(field))).toBe(true);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('takes no more than linear time for hostile input', () => {
    const hostile = ['"', '\\"', '"a" ; ', '"a";q=', '; '].map((part) => part.repeat(50_000));
    const started = performance.now();
    for (const field of hostile) parseRateLimitField(field);
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});
