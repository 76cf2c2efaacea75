import type { LiveDecision } from '@/components/requests/decision';

/** A request that was let in, as the feed tells it. */
export function decisionOf(differing: Partial<LiveDecision> = {}): LiveDecision {
  return {
    id: 'a1b2c3',
    at: 1_795_280_000_000,
    replica: 'gateway-1',
    method: 'GET',
    path: '/api/data',
    identity: { kind: 'ip', value: '203.0.113.7' },
    route: 'demo-data',
    policy: 'api',
    verdict: 'allowed',
    status: 200,
    duration_ms: 3,
    weight: 1,
    ...differing,
  };
}

/** As many, in the order in which they came; their ids are their numbers. */
export function decisionsOf(count: number, from = 1): LiveDecision[] {
  return Array.from({ length: count }, (_, index) => decisionOf({ id: String(from + index) }));
}
