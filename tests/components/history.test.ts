import { describe, expect, test } from 'vitest';
import type { EntityChange, VersionRecord } from '../../components/admin/resources';
import { changeWords, summaryLines } from '../../components/history/change-words';
import { rollbackChanges } from '../../components/history/rollback';

function tier(id: string, before: string | null, after: string | null): EntityChange {
  const entity = (description: string | null) =>
    description === null ? null : { name: id, description };
  return { kind: 'tiers', id, before: entity(before), after: entity(after) };
}

function record(version: number, ...changes: EntityChange[]): VersionRecord {
  return { version, at: '2026-01-01T00:00:00Z', author: 'ada', comment: '', changes };
}

describe('a change in words', () => {
  test('names the members and both values', () => {
    const before = { name: 'ping', limits: [{ quota: 5 }] };
    const after = { name: 'ping', limits: [{ quota: 7 }] };
    expect(changeWords({ kind: 'policies', id: 'ping', before, after })).toBe(
      'policy ping: limits[0].quota 5 → 7',
    );
  });

  test('counts what a line has no room for', () => {
    const before = { a: 1, b: 1, c: 1, d: 1 };
    const after = { a: 2, b: 2, c: 2, d: 2 };
    expect(changeWords({ kind: 'clients', id: 'acme', before, after })).toBe(
      'client acme: a 1 → 2, b 1 → 2 and 2 more',
    );
  });

  test('tells making from deleting, and calls keys by their prefix', () => {
    expect(changeWords(tier('free', null, 'x'))).toBe('tier free made');
    expect(changeWords(tier('free', 'x', null))).toBe('tier free deleted');
    expect(changeWords({ kind: 'keys', id: 'abc', before: null, after: {} })).toBe(
      'key fg_abc made',
    );
  });

  test('shortens long values and long lists', () => {
    const long = changeWords(tier('free', 'x'.repeat(200), 'y'));
    expect(long.length).toBeLessThan(80);
    const many = ['a', 'b', 'c', 'd', 'e'].map((id) => tier(id, null, 'x'));
    expect(summaryLines(many)).toEqual(['tier a made', 'tier b made', 'tier c made', 'and 2 more']);
  });
});

describe('what a rollback changes', () => {
  test('is each entity from what it is now to what it was then', () => {
    const newer = [
      record(5, tier('free', 'second', 'third')),
      record(4, tier('free', 'first', 'second'), tier('premium', null, 'made')),
    ];
    expect(rollbackChanges(newer)).toEqual([
      tier('free', 'third', 'first'),
      tier('premium', 'made', null),
    ]);
  });

  test('leaves out what is the same again', () => {
    const newer = [record(5, tier('free', 'b', 'a')), record(4, tier('free', 'a', 'b'))];
    expect(rollbackChanges(newer)).toEqual([]);
  });

  test('brings back what was deleted', () => {
    expect(rollbackChanges([record(9, tier('free', 'x', null))])).toEqual([
      tier('free', null, 'x'),
    ]);
  });
});
