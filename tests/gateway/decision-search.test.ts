import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDecisionLog, type RecordedDecision } from '../../lib/gateway';
import { recordedDecision } from '../support/recorded-decision';

/** A log that keeps these: shown ones, refused ones and others. */
function logOf(...decisions: readonly RecordedDecision[]) {
  const log = createDecisionLog();
  for (const decision of decisions) log.keep(decision, decision.status === 200);
  return log;
}

const ids = (decisions: readonly RecordedDecision[]) => decisions.map(({ requestId }) => requestId);

describe('searching the log', () => {
  it('gives what is kept newest first, whichever way it was kept, and each once', () => {
    const kept = fc.array(
      fc.record({ status: fc.constantFrom(200, 201, 429), isAdmitted: fc.boolean() }),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(kept, fc.integer({ min: 1, max: 80 }), (outcomes, limit) => {
        const decisions = outcomes.map((outcome, i) =>
          recordedDecision({ ...outcome, requestId: `r-${i}`, atMs: i }),
        );
        const newest = ids(decisions.toReversed()).slice(0, limit);
        expect(ids(logOf(...decisions).search({}, limit))).toEqual(newest);
      }),
    );
  });

  it('finds by id, route, policy and verdict, and by all of them together', () => {
    const log = logOf(
      recordedDecision({ requestId: 'a', atMs: 1, route: '/x' }),
      recordedDecision({ requestId: 'b', atMs: 2, route: '/y', policy: undefined }),
      recordedDecision({ requestId: 'c', atMs: 3, route: '/y', verdict: 'denied', status: 429 }),
      recordedDecision({ requestId: 'd', atMs: 4, route: '-', verdict: 'error', status: 502 }),
    );
    expect(ids(log.search({ id: 'b' }, 9))).toEqual(['b']);
    expect(ids(log.search({ id: 'B' }, 9))).toEqual([]);
    expect(ids(log.search({ route: '/y' }, 9))).toEqual(['c', 'b']);
    expect(ids(log.search({ route: '-' }, 9))).toEqual(['d']);
    expect(ids(log.search({ policy: '-' }, 9))).toEqual(['b']);
    expect(ids(log.search({ verdict: 'error' }, 9))).toEqual(['d']);
    expect(ids(log.search({ route: '/y', policy: 'each', verdict: 'denied' }, 9))).toEqual(['c']);
    expect(ids(log.search({ route: '/y', verdict: 'error' }, 9))).toEqual([]);
  });

  it('finds by a part of whoever asked, whatever the case', () => {
    const caller = { ip: '2001:db8::', keyId: undefined, user: undefined, tier: 'gold' };
    const log = logOf(
      recordedDecision({ requestId: 'ip', atMs: 1, caller }),
      recordedDecision({ requestId: 'user', atMs: 2, caller: { ...caller, user: 'Ann@X.org' } }),
      recordedDecision({ requestId: 'key', atMs: 3, caller: { ...caller, keyId: 'abcdefghijkl' } }),
      recordedDecision({ requestId: 'nobody', atMs: 4, caller: undefined }),
    );
    expect(ids(log.search({ identity: 'ann@' }, 9))).toEqual(['user']);
    expect(ids(log.search({ identity: 'DEFG' }, 9))).toEqual(['key']);
    expect(ids(log.search({ identity: 'DB8' }, 9))).toEqual(['key', 'user', 'ip']);
    expect(ids(log.search({ identity: 'gold' }, 9))).toEqual([]);
  });
});

describe('a refusal that was shown', () => {
  it('outlives what was let in after it', () => {
    const log = createDecisionLog();
    log.keep(recordedDecision({ requestId: 'refused', status: 429, isAdmitted: false }), true);
    for (let i = 0; i < 5_000; i++) log.keep(recordedDecision({ requestId: `r-${i}` }), true);
    expect(log.find('refused')).toBeDefined();
  });

  it('outlives a flood of others that are not shown', () => {
    const log = createDecisionLog();
    const denied = { status: 429, isAdmitted: false };
    log.keep(recordedDecision({ requestId: 'refused', ...denied }), true);
    for (let i = 0; i < 20_000; i++) {
      log.keep(recordedDecision({ requestId: `r-${i}`, ...denied }), false);
    }
    expect(log.find('refused')).toBeDefined();
  });
});
