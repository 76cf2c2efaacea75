import type { RecordedDecision } from '../../lib/gateway';

/** A request that was let in, or as told. */
export function recordedDecision(more: Partial<RecordedDecision> = {}): RecordedDecision {
  return {
    requestId: 'r-1',
    atMs: Date.UTC(2030, 0, 1),
    latencyMs: 1,
    method: 'GET',
    path: '/api/x',
    host: undefined,
    caller: { ip: '203.0.113.7', keyId: undefined, user: undefined, tier: undefined },
    route: '/api/x',
    policy: 'each',
    verdict: 'allowed',
    version: 1,
    evaluations: [],
    decisions: [],
    status: 200,
    isAdmitted: true,
    headers: undefined,
    ...more,
  };
}
