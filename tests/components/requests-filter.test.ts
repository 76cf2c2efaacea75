import { describe, expect, test } from 'vitest';
import { plainly } from '@/components/admin/plainly';
import type { LiveDecision } from '@/components/requests/decision';
import {
  filterOf,
  isFiltering,
  LONGEST_SEARCH,
  matchesFilter,
  NO_FILTER,
  queryOf,
  searchPaths,
} from '@/components/requests/request-filter';
import { decisionOf } from './support/decisions';

describe('the address', () => {
  test('holds the filter and the open request', () => {
    const filter = { search: '2001:db8::/64', route: '-', policy: 'api', verdict: 'denied' };
    const query = queryOf(filter, 'a&b');
    expect(filterOf(new URLSearchParams(query))).toEqual(filter);
    expect(new URLSearchParams(query).get('request')).toBe('a&b');
  });

  test('is bare without either', () => {
    expect(queryOf(NO_FILTER, undefined)).toBe('');
    expect(filterOf(new URLSearchParams())).toEqual(NO_FILTER);
  });

  test('takes other pages’ words for a search', () => {
    expect(filterOf(new URLSearchParams('identity=ada&verdict=denied'))).toEqual({
      ...NO_FILTER,
      search: 'ada',
      verdict: 'denied',
    });
    expect(filterOf(new URLSearchParams('id=a1')).search).toBe('a1');
  });

  test('cannot ask for what the server would refuse', () => {
    const { verdict, search } = filterOf(
      new URLSearchParams({ verdict: '__proto__', search: 'x'.repeat(999) }),
    );
    expect(verdict).toBe('');
    expect(search).toHaveLength(LONGEST_SEARCH);
  });
});

describe('a filter', () => {
  test.each<[object, Partial<LiveDecision>, boolean]>([
    [{}, {}, true],
    [{ route: 'demo-data' }, {}, true],
    [{ route: 'demo' }, {}, false],
    [{ policy: '-' }, { policy: '-' }, true],
    [{ verdict: 'error' }, { verdict: 'error' }, true],
    [{ verdict: 'error' }, {}, false],
    [{ search: ' 113.7 ' }, {}, true],
    [{ search: 'ADA' }, { identity: { kind: 'user', value: 'ada@example.org' } }, true],
    [{ search: 'a1b2c3' }, { identity: null }, true],
    [{ search: 'a1b2' }, { identity: null }, false],
  ])('%j of %j: %j', (patch, differing, expected) => {
    expect(matchesFilter({ ...NO_FILTER, ...patch }, decisionOf(differing))).toBe(expected);
  });

  test('of spaces alone is none', () => {
    expect(isFiltering({ ...NO_FILTER, search: '  ' })).toBe(false);
    expect(matchesFilter({ ...NO_FILTER, search: '  ' }, decisionOf())).toBe(true);
  });

  test('asks for a text as an id and as an identity', () => {
    expect(searchPaths({ ...NO_FILTER, search: 'a b', verdict: 'denied' }, 50)).toEqual([
      '/requests?identity=a+b&limit=50&verdict=denied',
      '/requests?id=a+b&limit=50&verdict=denied',
    ]);
    expect(searchPaths(NO_FILTER, 50)).toEqual(['/requests?limit=50']);
  });
});

test.each([
  ['/api/data', '/api/data'],
  ['a\u202Egnp.exe', 'a<U+202E>gnp.exe'],
  ['a\u0000\u200B\nb', 'a<U+0000><U+200B><U+000A>b'],
  ['<img src=x>', '<img src=x>'],
  ['سلام 😀', 'سلام 😀'],
])('%j is told as %j', (text, plain) => {
  expect(plainly(text)).toBe(plain);
});
