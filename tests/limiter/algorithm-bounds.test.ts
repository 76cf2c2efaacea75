import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  algorithmOf,
  type ConcurrencyLimit,
  type FixedWindowLimit,
  type Limit,
  type SlidingWindowCounterLimit,
  type SlidingWindowLogLimit,
  type TokenBucketLimit,
} from '../../lib/limiter';
import { limits } from '../support/limits';

interface Admission {
  readonly atMs: number;
  readonly cost: number;
}

const aTrace = fc.array(
  fc.record({ afterMs: fc.oneof(fc.nat(20), fc.nat(9_000)), cost: fc.integer({ min: 1, max: 4 }) }),
  { maxLength: 80, size: 'max' },
);

/** Plays a trace and gives what was allowed of it. */
function admissionsOf(limit: Limit, trace: readonly { afterMs: number; cost: number }[]) {
  const algorithm = algorithmOf(limit);
  const admitted: Admission[] = [];
  let state: unknown;
  let atMs = 1_700_000_000_000;
  for (const { afterMs, cost } of trace) {
    atMs += afterMs;
    const price = Math.min(cost, limit.quota);
    const step = algorithm.take(state, limit, price, atMs, `at ${atMs}`);
    if (!step.allowed) continue;
    state = step.state;
    admitted.push({ atMs, cost: price });
  }
  return admitted;
}

/** Takes one unit at each time given and tells which were allowed. */
function takeAt(limit: Limit, times: readonly number[]): boolean[] {
  const algorithm = algorithmOf(limit);
  let state: unknown;
  return times.map((nowMs, index) => {
    const step = algorithm.take(state, limit, 1, nowMs, `request ${index}`);
    if (step.allowed) state = step.state;
    return step.allowed;
  });
}

const unitsOf = (admissions: readonly Admission[]) =>
  admissions.reduce((sum, { cost }) => sum + cost, 0);

/** Units of each span of `lengthMs` that ends with an admission. */
const unitsWithin = (admissions: readonly Admission[], lengthMs: number) =>
  admissions.map(({ atMs: endMs }) =>
    unitsOf(admissions.filter(({ atMs }) => atMs > endMs - lengthMs && atMs <= endMs)),
  );

const most = (numbers: readonly number[]) => Math.max(0, ...numbers);

const aligned = (admissions: readonly Admission[], windowMs: number) => {
  const sums = new Map<number, number>();
  for (const { atMs, cost } of admissions) {
    const window = Math.floor(atMs / windowMs);
    sums.set(window, (sums.get(window) ?? 0) + cost);
  }
  return [...sums.values()];
};

describe('fixed window', () => {
  const limit: FixedWindowLimit = {
    algorithm: 'fixed-window',
    name: 'test',
    quota: 5,
    windowMs: 10_000,
  };

  it('starts afresh at the boundary, so twice the quota can pass around it', () => {
    const around = [9_995, 9_996, 9_997, 9_998, 9_999, 10_000, 10_001, 10_002, 10_003, 10_004];
    expect(takeAt(limit, around)).toEqual(around.map(() => true));
    expect(takeAt(limit, [10_005, ...around.slice(5)]).at(-1)).toBe(false);
  });

  it('aligns windows to the epoch', () => {
    const { resetMs } = algorithmOf(limit).take(undefined, limit, 1, 1_700_000_003_000);
    expect(resetMs).toBe(7_000);
  });

  it('never admits more than the quota in a window', () => {
    fc.assert(
      fc.property(limits['fixed-window'], aTrace, (any, trace) => {
        const sums = aligned(admissionsOf(any, trace), any.windowMs);
        expect(most(sums)).toBeLessThanOrEqual(any.quota);
      }),
    );
  });
});

describe('sliding-window log', () => {
  const limit: SlidingWindowLogLimit = {
    algorithm: 'sliding-window-log',
    name: 'test',
    quota: 3,
    windowMs: 1_000,
  };

  it('frees each unit a window after it came', () => {
    expect(takeAt(limit, [0, 400, 900, 999, 1_000, 1_001, 1_399, 1_400])).toEqual([
      ...[true, true, true],
      ...[false, true, false, false, true],
    ]);
  });

  it('never admits more than the quota in any window, and all that is within it', () => {
    fc.assert(
      fc.property(limits['sliding-window-log'], aTrace, (any, trace) => {
        const log: Admission[] = [];
        let state: unknown;
        let nowMs = 0;
        for (const { afterMs, cost } of trace) {
          nowMs += afterMs;
          const price = Math.min(cost, any.quota);
          const used = unitsOf(log.filter(({ atMs }) => atMs > nowMs - any.windowMs));
          const step = algorithmOf(any).take(state, any, price, nowMs);
          expect(step.allowed).toBe(used + price <= any.quota);
          if (!step.allowed) continue;
          state = step.state;
          log.push({ atMs: nowMs, cost: price });
        }
        expect(most(unitsWithin(log, any.windowMs))).toBeLessThanOrEqual(any.quota);
      }),
    );
  });
});

describe('sliding-window counter', () => {
  const limit: SlidingWindowCounterLimit = {
    algorithm: 'sliding-window-counter',
    name: 'test',
    quota: 10,
    windowMs: 1_000,
  };

  it('lets the previous window fade', () => {
    const burst = Array<number>(10).fill(900);
    const later = [1_000, 1_099, 1_100, 1_199, 1_200, 1_200, 1_999, 1_999, 1_999, 1_999];
    expect(takeAt(limit, [...burst, ...later]).slice(10)).toEqual([
      ...[false, false, true, false, true],
      ...[false, true, true, true, true],
    ]);
  });

  it('never admits more than the quota in an aligned window, nor twice the quota in any', () => {
    fc.assert(
      fc.property(limits['sliding-window-counter'], aTrace, (any, trace) => {
        const admitted = admissionsOf(any, trace);
        expect(most(aligned(admitted, any.windowMs))).toBeLessThanOrEqual(any.quota);
        unitsWithin(admitted, any.windowMs).forEach((units, index) => {
          const elapsedMs = (admitted[index]?.atMs ?? 0) % any.windowMs;
          const bound = any.quota + Math.floor((any.quota * elapsedMs) / any.windowMs);
          expect(units).toBeLessThanOrEqual(bound);
          expect(bound).toBeLessThan(2 * any.quota);
        });
      }),
    );
  });

  it('counts a unit no earlier than it can have come when the window changes', () => {
    const algorithm = algorithmOf(limit);
    const { state } = algorithm.take(undefined, limit, 10, 1_900);
    const usedAt = (windowMs: number, nowMs: number) =>
      limit.quota - algorithm.take(state, { ...limit, windowMs }, 0, nowMs).remaining;
    expect([usedAt(3_000, 1_950), usedAt(3_000, 2_999), usedAt(3_000, 4_500)]).toEqual([10, 10, 5]);
    expect([usedAt(100, 1_950), usedAt(100, 2_050), usedAt(100, 2_100)]).toEqual([10, 5, 0]);
  });

  it('keeps apart what came before a boundary that both windows share', () => {
    const algorithm = algorithmOf(limit);
    const before = algorithm.take(undefined, limit, 8, 1_999);
    const { state } = algorithm.take(before.state, limit, 2, 2_000);
    const changed = { ...limit, windowMs: 2_000 };
    expect(algorithm.take(state, changed, 0, 3_000).remaining).toBe(10 - 8 / 2 - 2);
  });
});

describe.each(['token-bucket', 'gcra'] as const)('%s', (algorithm) => {
  const limit: Limit = {
    algorithm,
    name: 'test',
    quota: 5,
    refillTokens: 5,
    refillIntervalMs: 60_000,
  };

  it('denies the sixth of six at once and allows one every twelve seconds after that', () => {
    expect(takeAt(limit, [0, 0, 0, 0, 0, 0])).toEqual([true, true, true, true, true, false]);
    expect(takeAt(limit, [0, 0, 0, 0, 0, 11_999, 12_000, 12_001, 24_000])).toEqual([
      ...[true, true, true, true, true],
      ...[false, true, false, true],
    ]);
  });

  it('loses and invents nothing over a million odd steps', () => {
    const odd = { ...limit, quota: 10, refillTokens: 7, refillIntervalMs: 999 };
    const steps = 1_000_000;
    let state: unknown;
    let allowed = 0;
    for (let nowMs = 0; nowMs < steps; nowMs++) {
      const step = algorithmOf(odd).take(state, odd, 1, nowMs);
      state = step.state;
      if (step.allowed) allowed++;
    }
    expect(allowed).toBe(10 + Math.floor(((steps - 1) * 7) / 999));
  });

  it('never admits more than the quota and what was refilled, in any time', () => {
    fc.assert(
      fc.property(limits[algorithm], aTrace, (any, trace) => {
        const admitted = admissionsOf(any, trace);
        admitted.forEach(({ atMs: fromMs }, first) => {
          let units = 0;
          for (const { atMs, cost } of admitted.slice(first)) {
            units += cost;
            const refilled = ((atMs - fromMs) * any.refillTokens) / any.refillIntervalMs;
            expect(units).toBeLessThanOrEqual(any.quota + refilled);
          }
        });
      }),
    );
  });

  it('keeps its fill when the interval changes', () => {
    const { state } = algorithmOf(limit).take(undefined, limit, 2, 0);
    const changed = { ...limit, refillIntervalMs: 1_000 };
    expect(algorithmOf(changed).take(state, changed, 0, 0).remaining).toBe(3);
  });
});

describe('token bucket and gcra', () => {
  it('give the same verdicts for the same numbers', () => {
    fc.assert(
      fc.property(limits['token-bucket'], aTrace, (bucket: TokenBucketLimit, trace) => {
        const cell: Limit = { ...bucket, algorithm: 'gcra' };
        let states: readonly [unknown, unknown] = [undefined, undefined];
        let nowMs = 0;
        for (const { afterMs, cost } of trace) {
          nowMs += afterMs;
          const price = Math.min(cost, bucket.quota);
          const one = algorithmOf(bucket).take(states[0], bucket, price, nowMs);
          const other = algorithmOf(cell).take(states[1], cell, price, nowMs);
          expect({ ...other, limit: bucket, state: one.state }).toEqual(one);
          if (one.allowed) states = [one.state, other.state];
        }
      }),
      { numRuns: 300 },
    );
  });

  it('differ in what a changed quota leaves: the fill, or what was used', () => {
    const numbers = { name: 'test', quota: 10, refillTokens: 1, refillIntervalMs: 1_000 };
    const leftOf = (algorithm: 'token-bucket' | 'gcra', quota: number) => {
      const limit: Limit = { algorithm, ...numbers };
      const { state } = algorithmOf(limit).take(undefined, limit, 4, 0);
      return algorithmOf(limit).take(state, { ...limit, quota }, 0, 0).remaining;
    };
    expect([leftOf('token-bucket', 20), leftOf('token-bucket', 5)]).toEqual([6, 5]);
    expect([leftOf('gcra', 20), leftOf('gcra', 5)]).toEqual([16, 1]);
  });
});

describe('concurrency', () => {
  const limit: ConcurrencyLimit = {
    algorithm: 'concurrency',
    name: 'test',
    quota: 2,
    leaseMs: 1_000,
  };
  const algorithm = algorithmOf(limit);
  const take = (state: unknown, lease: string, nowMs: number, cost = 1) =>
    algorithm.take(state, limit, cost, nowMs, lease);

  it('frees a slot when it is released, and when its lease has run out', () => {
    const first = take(undefined, 'a', 0);
    const second = take(first.state, 'b', 400);
    expect(take(second.state, 'c', 500)).toMatchObject({ allowed: false, retryAfterMs: 500 });
    expect(take(algorithm.release?.(second.state, 'a'), 'c', 500).allowed).toBe(true);
    expect(take(second.state, 'c', 1_000).allowed).toBe(true);
  });

  it('renews a lease that holds slots, whatever the rest', () => {
    const full = take(undefined, 'a', 0, 2);
    const renewed = take(full.state, 'a', 900);
    expect(renewed).toMatchObject({ allowed: true, remaining: 0, resetMs: 1_000 });
    expect(take(renewed.state, 'b', 1_000)).toMatchObject({ allowed: false, retryAfterMs: 900 });
    expect(take(renewed.state, 'b', 1_900, 2).allowed).toBe(true);
  });

  it('never lets more than the quota be held at once, and all that is within it', () => {
    const aStep = fc.record({
      afterMs: fc.nat(9_000),
      cost: fc.integer({ min: 1, max: 4 }),
      lease: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
      isRelease: fc.boolean(),
    });
    const steps = fc.array(aStep, { maxLength: 80, size: 'max' });
    fc.assert(
      fc.property(limits.concurrency, steps, (any, trace) => {
        const held = new Map<string, { slots: number; untilMs: number }>();
        let state: unknown;
        let nowMs = 0;
        for (const { afterMs, cost, lease, isRelease } of trace) {
          nowMs += afterMs;
          for (const [name, { untilMs }] of held) if (untilMs <= nowMs) held.delete(name);
          if (isRelease) {
            held.delete(lease);
            state = algorithmOf(any).release?.(state ?? [], lease);
            continue;
          }
          const slots = held.get(lease)?.slots ?? Math.min(cost, any.quota);
          const used = [...held.values()].reduce((sum, holding) => sum + holding.slots, 0);
          const isFree = held.has(lease) || used + slots <= any.quota;
          const step = algorithmOf(any).take(state, any, Math.min(cost, any.quota), nowMs, lease);
          expect(step.allowed).toBe(isFree);
          if (!step.allowed) continue;
          state = step.state;
          held.set(lease, { slots, untilMs: nowMs + any.leaseMs });
        }
      }),
    );
  });
});
