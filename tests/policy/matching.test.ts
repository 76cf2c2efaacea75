import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchForm, parseTarget } from '../../lib/http';
import { createMemoryStore } from '../../lib/limiter';
import {
  configurationSchema,
  createCompiler,
  type Match,
  type PolicyInput,
  type Route,
} from '../../lib/policy';
import { callTo } from '../support/gateway';

const LIMITS = [{ algorithm: 'fixed-window' as const, quota: 5, window_ms: 10_000 }];
const compile = createCompiler(createMemoryStore());

type Written = Partial<Omit<PolicyInput, 'match'>> & {
  readonly match?: Partial<Match>;
};

function snapshotOf(policies: readonly Written[], routes: readonly Partial<Route>[] = []) {
  return compile({
    version: 1,
    configuration: configurationSchema.parse({
      policies: policies.map((policy, index) => ({
        name: `p${index}`,
        limits: LIMITS,
        ...policy,
      })),
      routes: routes.map((route) => ({ upstream: 'u', ...route })),
      upstreams: [{ name: 'u', targets: [{ url: 'http://127.0.0.1:9' }] }],
    }),
  });
}

interface Asked {
  readonly path: string;
  readonly method?: string;
  readonly host?: string;
}

function callOf({ path, method = 'GET', host }: Asked) {
  return callTo(path, { method, headers: host === undefined ? {} : { host } });
}

function namesFor(policies: readonly Written[], asked: Asked): string[] {
  const found = snapshotOf(policies).policiesFor(callOf(asked));
  return found.map(({ policy }) => policy.name);
}

describe('policies match', () => {
  it.each([
    '/api/v1/stock-price',
    '//api/v1/stock-price',
    '/api/./v1//stock-price/',
    '/api/x/../v1/stock-price',
    '/api/x/%2e%2E/v1/stock-price',
    '/%61pi/v1/stock%2dprice',
    '/API/V1/Stock-Price',
    '/api/v1/stock-price.',
    '/api./v1/stock-price/...',
    '/api;a=b/v1/stock-price;jsessionid=1',
    '/api/;/v1/stock-price%3b',
    'http://elsewhere.example//api/v1/stock-price?x',
  ])('%s by every spelling of its path', (target) => {
    const policies = [
      { name: 'here', match: { paths: ['/api/v1/stock-price'] } },
      { name: 'below', match: { paths: ['/api/*'] } },
      { name: 'shape', match: { paths: ['/api/:version/Stock-price'] } },
      { name: 'elsewhere', match: { paths: ['/', '/api', '/api/v1/stock-price/x'] } },
    ];
    const path = parseTarget(target)?.path ?? '';
    expect(namesFor(policies, { path })).toEqual(['here', 'shape', 'below']);
  });

  it.each([
    ['api.example.org', ['exact', 'domain', 'any']],
    ['API.Example.ORG:8443', ['exact', 'domain', 'any']],
    ['api.example.org.', ['exact', 'domain', 'any']],
    ['api.example.org.:80', ['exact', 'domain', 'any']],
    ['a.b.example.org', ['domain', 'any']],
    ['example.org', ['any']],
    ['badexample.org', ['any']],
    ['api.example.org.evil.test', ['any']],
    ['127.0.0.1:3000', ['address', 'any']],
    ['[::1]:3000', ['any']],
    ['[', ['any']],
    [':80', ['any']],
    ['', ['any']],
    ['constructor', ['any']],
    ['__proto__', ['any']],
    [undefined, ['any']],
    [`${'a.'.repeat(4_000)}example.org`, ['any']],
  ])('the host %s', (host, names) => {
    const policies = [
      { name: 'exact', priority: 3, match: { hosts: ['api.example.org'] } },
      { name: 'domain', priority: 2, match: { hosts: ['*.example.org'] } },
      { name: 'address', priority: 1, match: { hosts: ['127.0.0.1', 'localhost'] } },
      { name: 'any' },
    ];
    expect(namesFor(policies, { path: '/x', ...(host !== undefined && { host }) })).toEqual(names);
  });

  it.each([
    ['GET', ['any', 'reads']],
    ['HEAD', ['any', 'reads']],
    ['POST', ['any', 'writes']],
    ['BREW', ['any']],
    ['get', ['any']],
    ['constructor', ['any']],
  ])('the method %s', (method, names) => {
    const policies: Written[] = [
      { name: 'reads', match: { methods: ['GET'] } },
      { name: 'writes', match: { methods: ['POST', 'PUT'] } },
      { name: 'any', priority: 1 },
    ];
    expect(namesFor(policies, { path: '/x', method })).toEqual(names);
  });

  it.each(['/constructor', '/__proto__', '/toString/valueOf', '/:id', '/*'])(
    'nothing at %s that nobody wrote',
    (path) => expect(namesFor([{ match: { paths: ['/a', '/a/:id'] } }], { path })).toEqual([]),
  );
});

describe('the order of policies', () => {
  it('is by priority, then the more specific path that matched, then the name', () => {
    const policies = [
      { name: 'all', match: { paths: ['/*'] } },
      { name: 'urgent', match: { paths: ['/*'] }, priority: 1 },
      { name: 'b', match: { paths: ['/api/x'] } },
      { name: 'a', match: { paths: ['/api/x'] } },
      { name: 'segment', match: { paths: ['/api/:id'] } },
      { name: 'below', match: { paths: ['/api/*'] } },
      { name: 'late', match: { paths: ['/api/x'] }, priority: -1 },
      // Its other path is the most specific of all, but not the one that matches.
      { name: 'two', match: { paths: ['/*', '/api/x/y/z'] } },
    ];
    expect(namesFor(policies, { path: '/api/x' })).toEqual([
      'urgent',
      'a',
      'b',
      'segment',
      'below',
      'all',
      'two',
      'late',
    ]);
  });

  it('looks at the last of many segments too', () => {
    const deep = '/a'.repeat(23);
    const policies = [`${deep}/*`, `${deep}/:x`, `${deep}/z`].map((path, index) => ({
      name: `p${index}`,
      match: { paths: [path] },
    }));
    expect(namesFor(policies, { path: `${deep}/z` })).toEqual(['p2', 'p1', 'p0']);
  });

  it('ends with the first that is final, unless that is in shadow', () => {
    const at = (name: string, priority: number, more: Written = {}) => ({
      name,
      priority,
      ...more,
    });
    const policies = [
      at('shadow', 9, { final: true, mode: 'shadow' }),
      at('off', 8, { final: true, mode: 'off' }),
      at('plain', 7),
      at('elsewhere', 6, { final: true, match: { paths: ['/b'] } }),
      at('final', 5, { final: true, match: { paths: ['/a/*'] } }),
      at('after', 4, { final: true }),
      at('never', 3, { match: { paths: ['/a'] } }),
    ];
    expect(namesFor(policies, { path: '/a' })).toEqual(['shadow', 'plain', 'final']);
    expect(namesFor(policies, { path: '/c' })).toEqual(['shadow', 'plain', 'after']);
  });

  it('names each policy once, however often it matches', () => {
    const match: Partial<Match> = {
      hosts: ['a.example.org', '*.example.org', '*.org', 'a.example.org'],
      paths: ['/x', '/X', '/:a', '/*', '/x/*'],
      methods: ['GET', 'HEAD', 'GET'],
    };
    expect(namesFor([{ match }], { path: '/x', host: 'a.example.org' })).toEqual(['p0']);
  });
});

describe('routes', () => {
  const named = (name: string, match: Partial<Match>) => ({ name, match }) as Partial<Route>;
  const routes = [
    named('any', { paths: ['/*'] }),
    named('deep', { paths: ['/api/*', '/zzz/very/specific'] }),
    named('users', { paths: ['/api/users/:id'] }),
    named('me', { paths: ['/api/users/me'] }),
    named('writes', { paths: ['/api/users/:id'], methods: ['PUT', 'POST'] }),
    named('domain', { hosts: ['*.example.org'] }),
    named('sub-domain', { hosts: ['*.eu.example.org'] }),
    named('host', { hosts: ['shop.example.org'], paths: ['/shop/*'] }),
    named('mixed', { hosts: ['*.example.net', 'x.example.com'], paths: ['/*'] }),
    named('net', { hosts: ['one.example.net'], paths: ['/only'] }),
  ];

  it.each([
    ['/', undefined, 'GET', 'any'],
    ['/api', undefined, 'GET', 'deep'],
    ['/API/Users/7', undefined, 'GET', 'users'],
    ['/api/users/me', undefined, 'GET', 'me'],
    ['/api/users/7', undefined, 'POST', 'writes'],
    ['/api/users/7/posts', undefined, 'GET', 'deep'],
    ['/api/users/me', 'a.example.org', 'GET', 'domain'],
    ['/', 'a.eu.example.org', 'GET', 'sub-domain'],
    ['/shop/1', 'shop.example.org', 'GET', 'host'],
    ['/other', 'shop.example.org', 'GET', 'domain'],
    ['/only', 'one.example.net', 'GET', 'net'],
    ['/else', 'one.example.net', 'GET', 'mixed'],
    ['/x', 'example.org', 'GET', 'any'],
  ])('send %s of host %s by %s to %s', (path, host, method, name) => {
    const asked = { path, method, ...(host !== undefined && { host }) };
    expect(snapshotOf([], routes).routeFor(callOf(asked))?.name).toBe(name);
  });

  it('send what none matches nowhere', () => {
    const route = snapshotOf([], [named('api', { paths: ['/api/*'] })]);
    expect(route.routeFor(callOf({ path: '/apis' }))).toBeUndefined();
  });
});

/** The rules as the documentation puts them, without an index and without haste. */
function reference(policies: readonly Written[], { path, method = 'GET', host = '' }: Asked) {
  const matched = snapshotOf(policies).configuration.policies.flatMap((policy) => {
    const { hosts, paths, methods } = policy.match;
    const methodFits =
      methods.length === 0 || methods.some((one) => one === (method === 'HEAD' ? 'GET' : method));
    const hostFits =
      hosts.length === 0 ||
      hosts.some((one) => (one.startsWith('*.') ? host.endsWith(one.slice(1)) : one === host));
    const ranks = paths.flatMap((pattern) => rankOf(pattern, path) ?? []);
    const best = ranks.toSorted().at(-1);
    const counts = policy.mode !== 'off' && methodFits && hostFits && best !== undefined;
    return counts ? [{ policy, best }] : [];
  });
  const ordered = matched.toSorted(
    (a, b) =>
      b.policy.priority - a.policy.priority ||
      -compareText(a.best, b.best) ||
      compareText(a.policy.name, b.policy.name),
  );
  const last = ordered.findIndex(({ policy }) => policy.final && policy.mode === 'enforce');
  return ordered.slice(0, last === -1 ? undefined : last + 1).map(({ policy }) => policy.name);
}

/** `d` for a segment that is written out, `c` for any, `b` for the end, `a` for `*`; undefined: no match. */
function rankOf(pattern: string, path: string): string | undefined {
  const wanted = matchForm(pattern).split('/').slice(1);
  const given = matchForm(path).split('/').slice(1).filter(Boolean);
  let rank = '';
  for (const [index, segment] of wanted.filter(Boolean).entries()) {
    if (segment === '*') return `${rank}a`;
    const own = given[index];
    if (own === undefined || !(segment.startsWith(':') || segment === own)) return undefined;
    rank += segment.startsWith(':') ? 'c' : 'd';
  }
  return given.length === wanted.filter(Boolean).length ? `${rank}b` : undefined;
}

function compareText(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

describe('matching through the index', () => {
  const word = fc.constantFrom('a', 'ab', 'b', 'A', 'b.');
  const pattern = fc
    .tuple(fc.array(fc.oneof(word, fc.constantFrom(':x', ':y')), { maxLength: 3 }), fc.boolean())
    .map(([segments, isBelow]) => `/${[...segments, ...(isBelow ? ['*'] : [])].join('/')}`);
  const hostPattern = fc.constantFrom('h.test', 'i.h.test', '*.test', '*.h.test', '*.i.h.test');
  const policy = fc.record({
    mode: fc.constantFrom(
      'enforce' as const,
      'enforce' as const,
      'shadow' as const,
      'off' as const,
    ),
    priority: fc.constantFrom(0, 0, 1, -1),
    final: fc.boolean(),
    match: fc.record({
      hosts: fc.array(hostPattern, { maxLength: 2 }),
      paths: fc.array(pattern, { minLength: 1, maxLength: 3 }),
      methods: fc.array(fc.constantFrom('GET' as const, 'POST' as const), { maxLength: 2 }),
    }),
  });
  const asked = fc.record({
    path: fc
      .array(fc.oneof(word, fc.constantFrom('b;x', 'AB', 'c')), { maxLength: 4 })
      .map((segments) => `/${segments.join('/')}`),
    method: fc.constantFrom('GET', 'HEAD', 'POST', 'PUT'),
    host: fc.constantFrom('h.test', 'i.h.test', 'j.i.h.test', 'test', 'other'),
  });

  it('finds what the rules say, in their order, whatever there is', () => {
    fc.assert(
      fc.property(
        fc.array(policy, { maxLength: 12 }),
        fc.array(asked, { minLength: 1, maxLength: 8 }),
        (policies, calls) => {
          const snapshot = snapshotOf(policies);
          // Twice, since what is put together once is remembered.
          for (const one of [...calls, ...calls]) {
            const found = snapshot.policiesFor(callOf(one)).map(({ policy: { name } }) => name);
            expect(found).toEqual(reference(policies, one));
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});
