import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  algorithmOf,
  type FixedWindowLimit,
  type Limit,
  type TokenBucketLimit,
} from '../../lib/limiter';
import { limits } from '../support/limits';

const fixedWindow: FixedWindowLimit = {
  algorithm: 'fixed-window',
  name: 'test',
  quota: 5,
  windowMs: 10_000,
};
const tokenBucket: TokenBucketLimit = {
  algorithm: 'token-bucket',
  name: 'test',
  quota: 5,
  refillTokens: 5,
  refillIntervalMs: 60_000,
};

/** Takes one unit at each time given and tells which were allowed. */
function takeAt(limit: Limit, times: readonly number[], cost = 1): boolean[] {
  const algorithm = algorithmOf(limit);
  let state: unknown;
  return times.map((nowMs) => {
    const step = algorithm.take(state, limit, cost, nowMs);
    if (step.allowed) state = step.state;
    return step.allowed;
  });
}

describe('fixed window', () => {
  it('allows the quota in a window and denies the next request', () => {
    expect(takeAt(fixedWindow, [0, 1, 2, 3, 4, 5])).toEqual([true, true, true, true, true, false]);
  });

  it('starts afresh at the boundary, so twice the quota can pass around it', () => {
    const around = [9_995, 9_996, 9_997, 9_998, 9_999, 10_000, 10_001, 10_002, 10_003, 10_004];
    expect(takeAt(fixedWindow, around)).toEqual(around.map(() => true));
  });

  it('aligns windows to the epoch', () => {
    const { resetMs } = algorithmOf(fixedWindow).take(undefined, fixedWindow, 1, 1_700_000_003_000);
    expect(resetMs).toBe(7_000);
  });

  it('never reports less than nothing when the quota was lowered below what is used', () => {
    const lowered = { ...fixedWindow, quota: 2 };
    const algorithm = algorithmOf(lowered);
    const { state } = algorithm.take(undefined, fixedWindow, 5, 0);
    expect(algorithm.take(state, lowered, 1, 1)).toMatchObject({ allowed: false, remaining: 0 });
  });
});

describe('token bucket', () => {
  it('denies the sixth of six at once and allows one every twelve seconds after that', () => {
    expect(takeAt(tokenBucket, [0, 0, 0, 0, 0, 0])).toEqual([true, true, true, true, true, false]);
    expect(takeAt(tokenBucket, [0, 0, 0, 0, 0, 11_999, 12_000, 12_001, 24_000])).toEqual([
      ...[true, true, true, true, true],
      ...[false, true, false, true],
    ]);
  });

  it('loses and invents nothing over a million odd steps', () => {
    const limit: TokenBucketLimit = {
      algorithm: 'token-bucket',
      name: 'odd',
      quota: 10,
      refillTokens: 7,
      refillIntervalMs: 999,
    };
    const algorithm = algorithmOf(limit);
    let state: unknown;
    let allowed = 0;
    const steps = 1_000_000;
    for (let nowMs = 0; nowMs < steps; nowMs++) {
      const step = algorithm.take(state, limit, 1, nowMs);
      state = step.state;
      if (step.allowed) allowed++;
    }
    expect(allowed).toBe(10 + Math.floor(((steps - 1) * 7) / 999));
  });

  it('keeps its fill when the interval changes, rounded down', () => {
    const algorithm = algorithmOf(tokenBucket);
    const { state } = algorithm.take(undefined, tokenBucket, 2, 0);
    const changed = { ...tokenBucket, refillIntervalMs: 1_000 };
    expect(algorithm.take(state, changed, 0, 0).remaining).toBe(3);
  });
});

describe.each(['fixed-window', 'token-bucket'] as const)('%s, for any numbers', (name) => {
  const aLimit = limits[name];
  const aTrace = fc.array(fc.record({ afterMs: fc.nat(20_000), cost: fc.nat(4) }), {
    maxLength: 60,
  });

  it('promises a retry-after that is allowed exactly then and not a millisecond earlier', () => {
    fc.assert(
      fc.property(aLimit, aTrace, fc.nat(10 ** 9), (limit, trace, startMs) => {
        const algorithm = algorithmOf(limit);
        let state: unknown;
        let nowMs = startMs;
        for (const { afterMs, cost } of trace) {
          nowMs += afterMs;
          const price = Math.min(cost, limit.quota);
          const step = algorithm.take(state, limit, price, nowMs);
          if (step.allowed) {
            expect(step.retryAfterMs).toBe(0);
            state = step.state;
            continue;
          }
          const then = nowMs + step.retryAfterMs;
          expect(algorithm.take(state, limit, price, then).allowed).toBe(true);
          expect(algorithm.take(state, limit, price, then - 1).allowed).toBe(false);
        }
      }),
    );
  });

  it('is as good as new once the reset has passed', () => {
    fc.assert(
      fc.property(aLimit, aTrace, (limit, trace) => {
        const algorithm = algorithmOf(limit);
        let state: unknown;
        let nowMs = 0;
        for (const { afterMs, cost } of trace) {
          nowMs += afterMs;
          const step = algorithm.take(state, limit, Math.min(cost, limit.quota), nowMs);
          state = step.state;
          expect(algorithm.take(state, limit, 0, nowMs + step.resetMs).remaining).toBe(limit.quota);
          expect(step.remaining).toBeGreaterThanOrEqual(0);
          expect(step.remaining).toBeLessThanOrEqual(limit.quota);
        }
      }),
    );
  });

  it('takes nothing for a cost of nothing', () => {
    fc.assert(
      fc.property(aLimit, fc.nat(10 ** 9), (limit, nowMs) => {
        const algorithm = algorithmOf(limit);
        const once = algorithm.take(undefined, limit, 1, nowMs);
        const asked = algorithm.take(once.state, limit, 0, nowMs);
        expect(asked.remaining).toBe(once.remaining);
      }),
    );
  });
});
