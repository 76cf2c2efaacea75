import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rivalsOf, rivalWords } from '../../components/routes/route-rivals';
import { createMemoryStore } from '../../lib/limiter';
import { configurationSchema, createCompiler, type Match, routeSchema } from '../../lib/policy';
import { callTo } from '../support/gateway';

const compile = createCompiler(createMemoryStore());

const routeOf = (name: string, match: Partial<Match>) =>
  routeSchema.parse({ name, upstream: 'shop', match });

const CALLS = ['shop.org', 'www.shop.org', 'else.org'].flatMap((host) =>
  ['/a/b', '/a/c', '/a/c/d'].flatMap((path) =>
    ['GET', 'HEAD', 'POST'].map((method) => callTo(path, { method, headers: { host } })),
  ),
);

/** Which of two matches the gateway goes by for each call, when they are called so. */
function winners(matches: readonly [Match, Match], names: readonly [string, string]) {
  const { routeFor } = compile({
    version: 1,
    configuration: configurationSchema.parse({
      routes: [routeOf(names[0], matches[0]), routeOf(names[1], matches[1])],
      upstreams: [{ name: 'shop', targets: [{ url: 'http://127.0.0.1:9' }] }],
    }),
  });
  return CALLS.map((call) => {
    const winner = routeFor(call)?.name;
    return winner === undefined ? -1 : names.indexOf(winner);
  });
}

describe('a route that takes the same requests as another', () => {
  test.each<[string, Partial<Match>, Partial<Match>, boolean]>([
    ['the same path', { paths: ['/a'] }, { paths: ['/a'] }, true],
    ['a path in other words', { paths: ['/Shop/:id'] }, { paths: ['/shop/:name'] }, true],
    ['one path of many', { paths: ['/a', '/b'] }, { paths: ['/b', '/c'] }, true],
    ['a path below', { paths: ['/shop/*'] }, { paths: ['/shop/items/*'] }, false],
    ['the same host', { hosts: ['a.org', 'b.org'] }, { hosts: ['b.org'] }, true],
    ['another host', { hosts: ['a.org'] }, { hosts: ['b.org'] }, false],
    ['any host', { hosts: ['a.org'] }, {}, false],
    ['a shared method', { methods: ['GET', 'POST'] }, { methods: ['POST'] }, true],
    ['HEAD where GET is taken', { methods: ['GET'] }, { methods: ['HEAD'] }, true],
    ['other methods', { methods: ['GET'] }, { methods: ['POST'] }, false],
    ['any method', { methods: ['GET'] }, {}, false],
  ])('%s', (_, match, otherMatch, isRival) => {
    const one = routeOf('one', match);
    const other = routeOf('other', otherMatch);
    expect(rivalsOf(one, [one, other]).map(({ name }) => name)).toEqual(isRival ? ['other'] : []);
    expect(rivalsOf(other, [one, other])).toHaveLength(isRival ? 1 : 0);
  });

  test('is told of exactly where the gateway goes by the names', () => {
    const match = fc.record<Match>({
      hosts: fc.uniqueArray(fc.constantFrom('shop.org', '*.shop.org')),
      paths: fc.uniqueArray(fc.constantFrom('/a/:id', '/a/:name', '/a/b', '/A/b', '/a/*'), {
        minLength: 1,
      }),
      methods: fc.uniqueArray(fc.constantFrom('GET', 'HEAD', 'POST')),
    });
    fc.assert(
      fc.property(match, match, (one, other) => {
        const goesByName =
          winners([one, other], ['a', 'b']).join() !== winners([one, other], ['b', 'a']).join();
        const rivals = rivalsOf(routeOf('a', one), [routeOf('b', other)]);
        expect(rivals.length > 0).toBe(goesByName);
      }),
    );
  });

  test('wins or loses by its name', () => {
    const demo = { name: 'demo', path: '/api/*' };
    expect(rivalWords(demo, 'shop')).toBe(
      'takes requests to /api/* too and wins: its name comes first.',
    );
    expect(rivalWords(demo, 'cart')).toContain('would lose them to this one');
    expect(rivalWords(demo, '')).toContain('sorts first');
  });
});
