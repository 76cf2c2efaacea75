import { describe, expect, it } from 'vitest';
import { replicaHealth, upstreamHealth } from '../../components/overview/part-health';

const upstream = (name: string, ...states: ('closed' | 'open' | 'half-open')[]) => ({
  name,
  breaker: { state: states[0] ?? 'closed', tripped: false },
  replicas: states.map((state) => ({ state })),
  targets: [target('healthy')],
});

const target = (health: 'healthy' | 'unhealthy' | 'unknown', isEjected = false) => ({
  health,
  ejected_until: isEjected ? '2030-01-01T00:00:00Z' : null,
});

const replica = (state: 'live' | 'silent' | 'gone', status = 'ok') => ({
  replica: 'one',
  state,
  store: { status },
});

describe('the health strip', () => {
  it.each([
    [[], true, 'none'],
    [[upstream('demo', 'closed')], true, '1 well'],
    [
      [upstream('demo', 'closed', 'open'), upstream('other', 'closed')],
      false,
      'demo: breaker open',
    ],
    [[upstream('a', 'half-open'), upstream('b', 'open')], false, '2 of 2 in trouble'],
  ])('knows breakers on every replica: %#', (items, isWell, words) => {
    expect(upstreamHealth({ items })).toEqual({ isWell, words });
  });

  it('knows the breaker of a replica that answers for itself alone', () => {
    const items = [
      { name: 'demo', breaker: { state: 'open' as const, tripped: true }, targets: [] },
    ];
    expect(upstreamHealth({ items })).toEqual({ isWell: false, words: 'demo: tripped' });
  });

  it.each([
    [[target('healthy'), target('unknown')], '1 well'],
    [[target('unhealthy'), target('healthy', true), target('unknown')], 'demo: 2 of 3 targets out'],
    [[target('unhealthy'), target('unhealthy')], 'demo has no healthy target'],
  ])('knows targets that are out: %#', (targets, words) => {
    const items = [{ ...upstream('demo', 'closed'), targets }];
    expect(upstreamHealth({ items })?.words).toBe(words);
  });

  it.each([
    [[replica('live')], true, '1 live'],
    [[replica('live'), replica('gone')], true, '1 live'],
    [[replica('live'), replica('silent')], false, '1 live, 1 silent'],
    [[replica('live'), replica('live', 'unreachable')], false, '1 of 2 without store'],
  ])('knows replicas: %#', (items, isWell, words) => {
    expect(replicaHealth({ items })).toEqual({ isWell, words });
  });

  it('claims nothing before it was told', () => {
    expect([upstreamHealth(undefined), replicaHealth(undefined)]).toEqual([undefined, undefined]);
  });
});
