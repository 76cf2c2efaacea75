import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { differences, isSame, merged, written } from '../../components/admin/document';

describe('differences', () => {
  test('names each member that changed by its path', () => {
    const before = { name: 'ping', limits: [{ quota: 5, window_ms: 10 }], scope: ['ip'] };
    const after = { name: 'ping', limits: [{ quota: 7, window_ms: 10 }], scope: ['ip', 'route'] };
    expect(differences(before, after)).toEqual([
      { path: 'limits[0].quota', before: 5, after: 7 },
      { path: 'scope', before: ['ip'], after: ['ip', 'route'] },
    ]);
  });

  test('tells of members that came and went', () => {
    expect(differences({ tier: 'free' }, { user: 'ada' })).toEqual([
      { path: 'tier', before: 'free', after: undefined },
      { path: 'user', before: undefined, after: 'ada' },
    ]);
  });

  test('takes a document and nothing for one difference', () => {
    expect(differences(null, { name: 'a' })).toEqual([
      { path: '', before: null, after: { name: 'a' } },
    ]);
  });

  test('finds none between a document and its copy', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (document) => {
        expect(differences(document, structuredClone(document))).toEqual([]);
      }),
    );
  });
});

describe('merged', () => {
  const base = { name: 'a', limits: [{ quota: 5 }], scope: ['ip'] };

  test('keeps both sides’ changes of different members', () => {
    const theirs = { ...base, limits: [{ quota: 50 }], description: 'theirs' };
    const mine = { ...base, scope: ['route'] };
    expect(merged(base, theirs, mine)).toEqual({
      name: 'a',
      limits: [{ quota: 50 }],
      scope: ['route'],
      description: 'theirs',
    });
  });

  test('keeps mine where both changed the same', () => {
    const theirs = { ...base, limits: [{ quota: 50 }] };
    const mine = { ...base, limits: [{ quota: 33 }] };
    expect(merged(base, theirs, mine)).toEqual(mine);
  });

  test('keeps my list whole where it is of another length', () => {
    const theirs = { ...base, limits: [{ quota: 50 }] };
    const mine = { ...base, limits: [{ quota: 5 }, { quota: 9 }] };
    expect(merged(base, theirs, mine)).toEqual(mine);
  });

  test('leaves out what either side removed and the other left alone', () => {
    const full = { name: 'a', tier: 'free', user: 'ada' };
    expect(merged(full, { name: 'a', user: 'ada' }, { name: 'a', tier: 'free' })).toEqual({
      name: 'a',
    });
  });

  test('is theirs where I changed nothing, and mine where they did not', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (before, changed) => {
        expect(merged(before, changed, before)).toEqual(changed);
        expect(merged(before, before, changed)).toEqual(changed);
      }),
    );
  });
});

test('the order of members does not matter, that of entries does', () => {
  expect(isSame({ a: 1, b: undefined, c: [1, 2] }, { c: [1, 2], a: 1 })).toBe(true);
  expect(isSame([1, 2], [2, 1])).toBe(false);
  expect(isSame([], {})).toBe(false);
});

test.each([
  [undefined, 'nothing'],
  [null, 'nothing'],
  ['', 'nothing'],
  ['text', 'text'],
  [0, '0'],
  [['/a', '/b'], '["/a","/b"]'],
])('writes %j as %s', (value, text) => {
  expect(written(value)).toBe(text);
});
