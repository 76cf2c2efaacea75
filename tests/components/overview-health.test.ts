import { describe, expect, it } from 'vitest';
import { breakerHealth, replicaHealth } from '../../components/overview/part-health';

const upstream = (name: string, ...states: ('closed' | 'open' | 'half-open')[]) => ({
  name,
  breaker: { state: states[0] ?? 'closed' },
  replicas: states.map((state) => ({ state })),
});

const replica = (state: 'live' | 'silent' | 'gone', status = 'ok') => ({
  replica: 'one',
  state,
  store: { status },
});

describe('the health strip', () => {
  it.each([
    [[], true, 'no upstreams'],
    [[upstream('demo', 'closed')], true, '1 upstream closed'],
    [[upstream('demo', 'closed', 'open'), upstream('other', 'closed')], false, 'demo not closed'],
    [[upstream('a', 'half-open'), upstream('b', 'open')], false, '2 of 2 not closed'],
  ])('knows breakers on every replica: %#', (items, isWell, words) => {
    expect(breakerHealth({ items })).toEqual({ isWell, words });
  });

  it('knows the breaker of a replica that answers for itself alone', () => {
    const items = [{ name: 'demo', breaker: { state: 'open' as const } }];
    expect(breakerHealth({ items })?.isWell).toBe(false);
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
    expect([breakerHealth(undefined), replicaHealth(undefined)]).toEqual([undefined, undefined]);
  });
});
