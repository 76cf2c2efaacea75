import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { forwardedPath, routeExample } from '../../components/routes/route-words';
import { SETTINGS_GROUPS, settingWords } from '../../components/upstreams/settings';
import { matchesSearch } from '../../components/upstreams/upstream-search';
import {
  balanceWords,
  isResettable,
  isWell,
  leftWords,
  percentWords,
  shareOf,
  windowWords,
} from '../../components/upstreams/upstream-words';
import type { UpstreamStatusJson } from '../../lib/admin';
import { forwardedTarget } from '../../lib/gateway/proxy/forwarded-path';
import { routeSchema, upstreamSchema } from '../../lib/policy';

const upstream = upstreamSchema.parse({
  name: 'shop',
  description: 'The web shop',
  targets: [{ url: 'http://10.0.0.1:8080' }],
  health_check: {},
});

const TARGET: UpstreamStatusJson['targets'][number] = {
  url: 'http://10.0.0.1:8080',
  weight: 1,
  health: 'healthy',
  health_fault: null,
  ejected_until: null,
  in_flight: 0,
  requests: 0,
  failures: 9,
  addresses: [],
};

describe('a path on its way to an upstream', () => {
  test.each([
    ['/shop/items', '', '', '/shop/items'],
    ['/shop/items', '/shop', '', '/items'],
    ['/Shop/items', '/shop', '', '/items'],
    ['/shop', '/shop', '', '/'],
    ['/shops', '/shop', '', '/shops'],
    ['/shop/items', '/shop', '/v2', '/v2/items'],
    ['/shop', '/shop', '/v2', '/v2'],
    ['/', '', '', '/'],
  ])('%s without %j and behind %j is %s', (path, strip_prefix, add_prefix, forwarded) => {
    expect(forwardedPath(path, { strip_prefix, add_prefix })).toBe(forwarded);
  });

  test('is told as the gateway sends it', () => {
    const segment = fc.constantFrom('a', 'b', 'A', 'ab');
    const path = fc.array(segment, { maxLength: 4 }).map((parts) => `/${parts.join('/')}`);
    const prefix = path.map((text) => (text === '/' ? '' : text));
    fc.assert(
      fc.property(path, prefix, prefix, (from, strip_prefix, add_prefix) => {
        const prefixes = { strip_prefix, add_prefix };
        expect(forwardedPath(from, prefixes)).toBe(forwardedTarget(prefixes, from, from, ''));
      }),
    );
  });

  test('is shown by an example of the route’s first path', () => {
    const route = routeSchema.parse({
      name: 'users',
      upstream: 'shop',
      match: { hosts: ['*.example.org'], paths: ['/shop/users/:id', '/other'] },
      strip_prefix: '/shop',
    });
    expect(routeExample(route)).toEqual({
      from: 'www.example.org/shop/users/1',
      to: '/users/1',
      isUnchanged: false,
      isOnly: false,
    });
  });

  test.each([
    [['/api/info'], '', { isUnchanged: true, isOnly: true }],
    [['/api/info'], '/api', { isUnchanged: false, isOnly: true }],
    [['/api/*'], '', { isUnchanged: true, isOnly: false }],
    [['/api/info', '/info'], '', { isUnchanged: true, isOnly: false }],
  ])('of %j without %j is known for what it is', (paths, strip_prefix, known) => {
    const route = { match: { hosts: [], paths }, strip_prefix, add_prefix: '' };
    expect(routeExample(route)).toMatchObject(known);
  });

  test('has no example before it has a path', () => {
    const match = { hosts: [], paths: [] };
    expect(routeExample({ match, strip_prefix: '', add_prefix: '' })).toBeUndefined();
  });
});

describe('an upstream in words', () => {
  test.each([
    ['round-robin', 'identity', 'round robin'],
    ['least-connections', 'identity', 'least connections'],
    ['consistent-hash', 'identity', 'consistent hash of the caller'],
    ['consistent-hash', 'header:x-tenant', 'consistent hash of the header x-tenant'],
  ] as const)('%s by %s', (balance, hash_by, words) => {
    expect(balanceWords({ balance, hash_by })).toBe(words);
  });

  test.each([
    [0, 0, '0 %'],
    [1, 1_000, '<1 %'],
    [1, 3, '33 %'],
    [999, 1_000, '>99 %'],
    [3, 3, '100 %'],
  ])('%d of %d is %s', (count, total, words) => {
    expect(percentWords(shareOf(count, total))).toBe(words);
  });

  test.each([
    [3_000, '3 s'],
    [2_001, '3 s'],
    [1, '1 s'],
    [-5, '0 ms'],
  ])('%d ms are shown as %s', (ms, words) => {
    expect(leftWords(ms)).toBe(words);
  });

  test.each([
    ['healthy', null, true],
    ['unknown', null, true],
    ['unhealthy', null, false],
    ['healthy', '2026-01-01T00:00:00Z', false],
  ] as const)('a target that is %s and ejected until %s is well: %s', (health, until, isFine) => {
    expect(isWell({ ...TARGET, health, ejected_until: until })).toBe(isFine);
  });

  test.each([
    ['closed', null, false],
    ['open', null, true],
    ['half-open', null, true],
    ['closed', '2026-01-01T00:00:00Z', true],
  ] as const)('a breaker %s and a target ejected until %s: to be reset %s', (state, until, is) => {
    const targets = [TARGET, { ...TARGET, ejected_until: until }];
    expect(isResettable({ breaker: { state }, targets })).toBe(is);
  });

  test('a window says when it has seen too little to judge', () => {
    expect(windowWords(19, upstream.breaker)).toBe(
      'Last 10 s: 19 requests; fewer than 20 say nothing',
    );
    expect(windowWords(20, upstream.breaker)).toBe('Last 10 s: 20 requests');
  });
});

describe('the settings of an upstream', () => {
  test('are all in the form, each in one place', () => {
    for (const { kind, fields } of SETTINGS_GROUPS) {
      const known = Object.keys(upstream[kind] ?? {}).filter((name) => name !== 'path');
      expect(fields.map(({ name }) => name).sort()).toEqual(known.sort());
    }
    const kinds = SETTINGS_GROUPS.map(({ kind }) => kind);
    const groups = Object.entries(upstream).filter(
      ([, value]) => typeof value === 'object' && !Array.isArray(value),
    );
    expect(kinds.sort()).toEqual(groups.map(([kind]) => kind).sort());
  });

  test.each(SETTINGS_GROUPS)('of $title are told whole', ({ kind, words }) => {
    const told = words(upstream[kind] ?? {});
    expect(told).not.toContain('?');
    expect(told).not.toContain('undefined');
    expect(words({})).toContain('?');
  });

  test('have their unit', () => {
    expect(settingWords('open_ms', 5_000)).toBe('5 s');
    expect(settingWords('per_target', 1_024)).toBe('1,024');
    expect(settingWords('per_target', null)).toBe('?');
  });
});

test('a search looks into names, targets and the routes that lead there', () => {
  const route = routeSchema.parse({
    name: 'cart',
    upstream: 'shop',
    match: { paths: ['/basket/*'], hosts: ['buy.example.org'] },
  });
  const found = ['SHOP', 'web', '10.0.0.1', 'basket', 'buy.example', 'cart shop', ''];
  for (const search of found) expect(matchesSearch(upstream, [route], search)).toBe(true);
  expect(matchesSearch(upstream, [route], 'shop nothing')).toBe(false);
});
