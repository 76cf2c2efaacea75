import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { storageKey } from '../../lib/limiter';

describe('storage keys', () => {
  it.each([
    ['203.0.113.7', '', 'ratelimit:{203.0.113.7}'],
    ['2001:db8::/64', 'ping', 'ratelimit:{2001:db8::/64}:ping'],
    ['key:ab12|route:/ping', 'api', 'ratelimit:{key:ab12|route:/ping}:api'],
    ['a}b{c', '', 'ratelimit:{a%u007db%u007bc}'],
    ['line\nbreak', '', 'ratelimit:{line%u000abreak}'],
    ['', '', 'ratelimit:{%}'],
  ])('name %j under %j as %s', (identifier, name, key) => {
    expect(storageKey(identifier, name)).toBe(key);
  });

  it('never put two identifiers under one key', () => {
    const identifier = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.string({
        unit: fc.constantFrom('%', 'u', '0', '{', '}', ':', 'a', '\ud800'),
        maxLength: 12,
      }),
      fc.string({ minLength: 100, maxLength: 200 }),
    );
    fc.assert(
      fc.property(identifier, identifier, (a, b) => {
        expect(storageKey(a, '') === storageKey(b, '')).toBe(a === b);
      }),
      { numRuns: 2_000 },
    );
  });

  it('are bounded and hold exactly one hash tag, whatever the identifier', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 5_000 }), (identifier) => {
        expect(storageKey(identifier, 'p')).toMatch(/^ratelimit:\{[^{}\s]{1,128}\}:p$/);
      }),
    );
  });
});
