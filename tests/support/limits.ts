import fc from 'fast-check';
import type { FixedWindowLimit, TokenBucketLimit } from '../../lib/limiter';

/** Arbitrary limits with numbers small enough that random traces exhaust them. */
export const limits = {
  'fixed-window': fc.record({
    algorithm: fc.constant('fixed-window' as const),
    name: fc.constant('any'),
    quota: fc.integer({ min: 1, max: 8 }),
    windowMs: fc.integer({ min: 1, max: 30_000 }),
  }) satisfies fc.Arbitrary<FixedWindowLimit>,
  'token-bucket': fc.record({
    algorithm: fc.constant('token-bucket' as const),
    name: fc.constant('any'),
    quota: fc.integer({ min: 1, max: 8 }),
    refillTokens: fc.integer({ min: 1, max: 8 }),
    refillIntervalMs: fc.integer({ min: 1, max: 60_000 }),
  }) satisfies fc.Arbitrary<TokenBucketLimit>,
};
