import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AlgorithmName,
  algorithmNames,
  algorithmOf,
  type Limit,
  limitSchema,
} from '../../lib/limiter';
import { extremeLimits, limits } from '../support/limits';

interface Visit {
  readonly afterMs: number;
  readonly cost: number;
  /** Of the names that requests go by where they hold slots. */
  readonly lease: string;
}

const aVisit: fc.Arbitrary<Visit> = fc.record({
  afterMs: fc.oneof(fc.nat(20), fc.nat(20_000)),
  cost: fc.nat(4),
  lease: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'),
});
const aTrace = fc.array(aVisit, { maxLength: 60, size: 'max' });
const START_MS = 1_700_000_000_000;

/** A state together with what was done to it last. */
interface Moment {
  readonly state: unknown;
  readonly nowMs: number;
  readonly step: ReturnType<typeof take>;
  readonly visit: Visit;
  /** Before the step. */
  readonly before: unknown;
}

function take(state: unknown, limit: Limit, cost: number, nowMs: number, lease: string) {
  return algorithmOf(limit).take(state, limit, Math.min(cost, limit.quota), nowMs, lease);
}

/** Keeps the state only when allowed, as a store does. */
function play(limit: Limit, trace: readonly Visit[], startMs = START_MS): Moment[] {
  let state: unknown;
  let nowMs = startMs;
  return trace.map((visit) => {
    nowMs += visit.afterMs;
    const before = state;
    const step = take(before, limit, visit.cost, nowMs, visit.lease);
    if (step.allowed && visit.cost > 0) state = step.state;
    return { state, nowMs, step, visit, before };
  });
}

const remainingAt = (state: unknown, limit: Limit, nowMs: number) =>
  take(state, limit, 0, nowMs, 'nobody').remaining;

/** That what was answered at one moment comes true for a client who is alone from then on. */
function expectTruth(limit: Limit, { state, before, nowMs, step, visit }: Moment): void {
  const { quota } = limit;
  if (step.allowed) expect(step.retryAfterMs).toBe(0);
  else {
    const then = nowMs + step.retryAfterMs;
    expect(take(before, limit, visit.cost, then, visit.lease).allowed).toBe(true);
    expect(take(before, limit, visit.cost, then - 1, visit.lease).allowed).toBe(false);
  }
  expect(remainingAt(state, limit, nowMs)).toBe(step.remaining);
  expect(remainingAt(state, limit, nowMs + step.resetMs)).toBe(quota);
  if (step.remaining < quota) {
    expect(remainingAt(state, limit, nowMs + step.resetMs - 1)).toBeLessThan(quota);
    expect(take(state, limit, step.remaining + 1, nowMs, 'newcomer').allowed).toBe(false);
  }
  if (step.remaining > 0) {
    const rest = take(state, limit, step.remaining, nowMs, 'newcomer');
    expect(rest).toMatchObject({ allowed: true, remaining: 0 });
  }
}

describe.each(algorithmNames as AlgorithmName[])('%s, for any numbers', (name) => {
  const aLimit: fc.Arbitrary<Limit> = limits[name];

  it('tells the truth about remaining, reset and retry-after, to the millisecond', () => {
    fc.assert(
      fc.property(aLimit, aTrace, (limit, trace) => {
        for (const moment of play(limit, trace)) expectTruth(limit, moment);
      }),
    );
  });

  it('tells the truth, in whole numbers below 2^53, at the edges of its schema', () => {
    const aShare = fc.constantFrom(0, 0.3, 0.5, 0.999, 1);
    const aLongVisit = fc.record({ afterMs: fc.nat(2 ** 31), share: aShare, lease: fc.string() });
    for (const limit of extremeLimits[name]) {
      expect(limitSchema.parse(limit)).toEqual(limit);
      const aLongTrace = fc
        .array(aLongVisit, { maxLength: 40, size: 'max' })
        .map((visits) =>
          visits.map(({ share, ...visit }) => ({ ...visit, cost: Math.ceil(share * limit.quota) })),
        );
      fc.assert(
        fc.property(aLongTrace, fc.constantFrom(0, START_MS, 2 ** 46), (trace, startMs) => {
          for (const moment of play(limit, trace, startMs)) {
            expectTruth(limit, moment);
            const { remaining, resetMs, retryAfterMs } = moment.step;
            expect([remaining, resetMs, retryAfterMs].every(Number.isSafeInteger)).toBe(true);
          }
        }),
      );
    }
  });

  it('tells the truth after its numbers have changed, and never a negative number', () => {
    fc.assert(
      fc.property(aLimit, aLimit, aTrace, aVisit, (was, is, trace, visit) => {
        const last = play(was, trace).at(-1);
        const nowMs = (last?.nowMs ?? START_MS) + visit.afterMs;
        const step = take(last?.state, is, visit.cost, nowMs, visit.lease);
        const state = step.allowed && visit.cost > 0 ? step.state : last?.state;
        expectTruth(is, { state, before: last?.state, nowMs, step, visit });
        expect(Math.min(step.remaining, step.resetMs, step.retryAfterMs)).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 500 },
    );
  });

  it('gives nothing back when only the quota changes', () => {
    fc.assert(
      fc.property(aLimit, fc.integer({ min: 1, max: 8 }), aTrace, (was, quota, trace) => {
        const last = play(was, trace).at(-1);
        if (last === undefined) return;
        const left = remainingAt(last.state, was, last.nowMs);
        const leftNow = remainingAt(last.state, { ...was, quota }, last.nowMs);
        expect(leftNow).toBeLessThanOrEqual(left + Math.max(0, quota - was.quota));
        const keepsWhatWasUsed = name !== 'token-bucket' && name !== 'gcra';
        if (keepsWhatWasUsed) expect(leftNow).toBe(Math.max(0, quota - was.quota + left));
      }),
    );
  });

  it('changes nothing by asking or denying', () => {
    fc.assert(
      fc.property(aLimit, aTrace, (limit, trace) => {
        const paid = play(limit, trace).filter(({ step, visit }) => step.allowed && visit.cost > 0);
        let state: unknown;
        for (const { nowMs, step, visit } of paid) {
          const { state: next, ...verdict } = take(state, limit, visit.cost, nowMs, visit.lease);
          const { state: _, ...expected } = step;
          expect(verdict).toEqual(expected);
          state = next;
        }
      }),
    );
  });

  it('leaves an earlier state as it was, wherever later ones went from it', () => {
    fc.assert(
      fc.property(aLimit, aTrace, aTrace, fc.nat(), (limit, trace, branch, pick) => {
        const moments = play(limit, trace);
        const at = moments.length === 0 ? 0 : pick % moments.length;
        const fork = moments.slice(0, at).at(-1);
        const branched = (state: unknown) =>
          branch.map(({ cost, lease }, index) => {
            const step = take(state, limit, cost, (fork?.nowMs ?? START_MS) + index, lease);
            if (step.allowed) state = step.state;
            return [step.allowed, step.remaining, step.resetMs, step.retryAfterMs];
          });
        const afresh = play(limit, trace.slice(0, at)).at(-1);
        expect(branched(fork?.state)).toEqual(branched(afresh?.state));
        expect(play(limit, trace).map(({ step }) => step.remaining)).toEqual(
          moments.map(({ step }) => step.remaining),
        );
      }),
    );
  });

  it.skipIf(name === 'fixed-window')(
    'stands still while a clock that stepped back catches up',
    () => {
      fc.assert(
        fc.property(aLimit, aTrace, aVisit, fc.nat(10_000), (limit, trace, visit, backMs) => {
          const last = play(limit, trace).at(-1);
          if (last === undefined) return;
          const { nowMs } = last;
          // A lease that has just expired would come back to life with the earlier time.
          const lease = 'newcomer';
          const back = take(last.state, limit, visit.cost, nowMs - backMs, lease);
          if (back.allowed) {
            expect(take(last.state, limit, visit.cost, nowMs, lease).allowed).toBe(true);
          } else {
            const then = nowMs - backMs + back.retryAfterMs;
            expect(take(last.state, limit, visit.cost, then, lease).allowed).toBe(true);
            expect(take(last.state, limit, visit.cost, then - 1, lease).allowed).toBe(false);
          }
        }),
      );
    },
  );
});
