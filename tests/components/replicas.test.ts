import { describe, expect, test } from 'vitest';
import type { Replica } from '@/components/replicas/replica';
import {
  ageWords,
  configurationFault,
  listWords,
  versionsInForce,
} from '@/components/replicas/replica-words';
import { fleetWords } from '@/components/upstreams/upstream-words';

function replicaOf(version: number, differing: Partial<Replica> = {}): Replica {
  return {
    replica: 'gateway-1',
    instance: 'i1',
    role: 'gateway',
    version: '0.1.0',
    started_at: '2026-01-01T00:00:00.000Z',
    seen_at: '2026-01-01T00:00:00.000Z',
    state: 'live',
    is_self: false,
    config: { kind: 'postgres', status: 'ok', version },
    store: { kind: 'redis', status: 'ok', latency_ms: 0.4, since: '2026-01-01T00:00:00.000Z' },
    requests_per_second: 0,
    in_flight: 0,
    connections: 0,
    event_loop_p99_ms: 1,
    memory_mib: 80,
    upstreams_open: [],
    ...differing,
  };
}

test.each([
  [-5, '0 s'],
  [999, '0 s'],
  [45_000, '45 s'],
  [60_000, '1 min'],
  [184_000, '3 min 4 s'],
  [11_520_000, '3 h 12 min'],
  [86_400_000, '1 d'],
  [90_061_000, '1 d 1 h'],
])('%i ms are %s', (ms, words) => {
  expect(ageWords(ms)).toBe(words);
});

test.each([
  [[], ''],
  [[1], '1'],
  [[1, 2], '1 and 2'],
  [['a', 'b', 'c'], 'a, b and c'],
])('%j are told as %j', (items, words) => {
  expect(listWords(items)).toBe(words);
});

describe('configuration', () => {
  test('replicas agree when all live ones have the same version', () => {
    expect(versionsInForce([replicaOf(3), replicaOf(3), replicaOf(1, { state: 'gone' })])).toEqual([
      3,
    ]);
  });

  test('a replica that is behind says so; one that is gone has no say', () => {
    const replicas = [replicaOf(12), replicaOf(13), replicaOf(9, { state: 'silent' })];
    const versions = versionsInForce(replicas);
    expect(versions).toEqual([13, 12]);
    expect(replicas.map((replica) => configurationFault(replica, versions))).toEqual([
      'others have version 13',
      undefined,
      undefined,
    ]);
  });

  test('what is wrong with its place comes before its version', () => {
    const config = { kind: 'file', status: 'invalid', version: 1 } as const;
    expect(configurationFault(replicaOf(1, { config }), [2])).toMatch(/has faults/);
  });
});

describe('a breaker on several replicas', () => {
  const on = (...states: ('closed' | 'open' | 'half-open')[]) =>
    states.map((state, index) => ({ replica: `gateway-${index}`, state, tripped: false }));

  test.each([
    [on('closed', 'closed'), 'Closed on all 2 replicas'],
    [on('open', 'closed', 'open'), 'Open on 2 of 3 replicas'],
    [on('half-open', 'closed', 'closed'), 'Half-open on 1 of 3 replicas'],
    [on('open', 'half-open', 'closed'), 'Open on 1, half-open on 1 of 3 replicas'],
  ])('%j: %s', (replicas, words) => {
    expect(fleetWords(replicas)).toBe(words);
  });
});
