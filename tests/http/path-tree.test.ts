import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PathTree } from '../../lib/http';

function treeOf(...patterns: string[]): PathTree<string> {
  const tree = new PathTree<string>();
  for (const pattern of patterns) tree.add(pattern, pattern);
  return tree;
}

/** What a pattern means, segment by segment. */
function matches(pattern: string, path: string): boolean {
  const [wanted, given] = [pattern, path].map((text) => text.split('/').filter(Boolean));
  if (wanted === undefined || given === undefined) return false;
  const isBelow = wanted.at(-1) === '*';
  if (isBelow) wanted.pop();
  if (isBelow ? given.length < wanted.length : given.length !== wanted.length) return false;
  return wanted.every((segment, i) => segment.startsWith(':') || segment === given[i]);
}

describe('a path tree', () => {
  it.each([
    ['/', ['/'], ['/a']],
    ['/*', ['/', '/a', '/a/b/c'], []],
    ['/api', ['/api'], ['/', '/ap', '/apis', '/api/x']],
    ['/api/*', ['/api', '/api/x', '/api/x/y'], ['/', '/apis', '/ap']],
    ['/users/:id', ['/users/7', '/users/a.b'], ['/users', '/users/7/posts', '/user/7']],
    ['/users/:id/posts', ['/users/7/posts'], ['/users/posts', '/users/7', '/users/7/8/posts']],
    ['/users/:id/*', ['/users/7', '/users/7/posts'], ['/users', '/users7']],
    ['/:a/:b', ['/x/y'], ['/x', '/x/y/z']],
    ['/a:b', ['/a:b'], ['/axb']],
  ])('takes by %s exactly what it means', (pattern, taken, left) => {
    const tree = treeOf(pattern);
    for (const path of taken) expect([path, tree.match(path)]).toEqual([path, [pattern]]);
    for (const path of left) expect([path, tree.match(path)]).toEqual([path, []]);
  });

  it('finds every pattern that matches, not only the best', () => {
    const tree = treeOf('/*', '/api/*', '/api/:version/quote', '/api/v1/quote', '/api/v1/:what');
    expect(tree.match('/api/v1/quote').toSorted()).toEqual([
      '/*',
      '/api/*',
      '/api/:version/quote',
      '/api/v1/:what',
      '/api/v1/quote',
    ]);
    expect(tree.match('/api/v2/quote')).toHaveLength(3);
  });

  it('keeps all values of a pattern that is added again', () => {
    const tree = new PathTree<number>();
    tree.add('/a/:x', 1);
    tree.add('/a/:y', 2);
    expect(tree.match('/a/b').toSorted()).toEqual([1, 2]);
  });

  it.each(['constructor', '__proto__', 'toString'])('knows nothing of %s by itself', (name) => {
    expect(treeOf('/a').match(`/${name}`)).toEqual([]);
    expect(treeOf(`/${name}`).match(`/${name}`)).toEqual([`/${name}`]);
    expect(treeOf('/:x').find(`/${name}`)?.params).toEqual({ x: name });
  });

  it('says what the parameters of the found pattern stand for', () => {
    const tree = treeOf('/keys/:id', '/keys/:id/rotate', '/:kind/:name');
    expect(tree.find('/keys/k1/rotate')).toEqual({
      value: '/keys/:id/rotate',
      params: { id: 'k1' },
    });
    expect(tree.find('/tiers/free')).toEqual({
      value: '/:kind/:name',
      params: { kind: 'tiers', name: 'free' },
    });
    expect(tree.find('/keys')).toBeUndefined();
  });

  it.each([
    ['/a/b', ['/a/b', '/a/:x', '/a/*', '/:x/b', '/:x/:y', '/*']],
    ['/a', ['/a', '/a/*', '/:x', '/:x/*', '/*']],
    ['/a/b/c', ['/a/b/*', '/a/:x/c', '/a/:x/*', '/a/*', '/:x/b/c', '/*']],
  ])('finds for %s the most specific of what there is', (path, patterns) => {
    for (let i = 0; i < patterns.length; i++) {
      const left = patterns.slice(i);
      expect(treeOf(...left.toReversed()).find(path)?.value).toBe(left[0]);
    }
  });

  it('agrees with the meaning of its patterns, whichever and however many', () => {
    const literal = fc.constantFrom('a', 'ab', 'abc', 'b', 'ba', 'c');
    const segment = fc.oneof(literal, fc.constantFrom(':x', ':y'));
    const pattern = fc
      .tuple(fc.array(segment, { maxLength: 4 }), fc.boolean())
      .map(([segments, isBelow]) => `/${[...segments, ...(isBelow ? ['*'] : [])].join('/')}`);
    const path = fc.array(literal, { maxLength: 5 }).map((segments) => `/${segments.join('/')}`);
    fc.assert(
      fc.property(fc.array(pattern), fc.array(path, { minLength: 1 }), (patterns, paths) => {
        const tree = treeOf(...patterns);
        for (const asked of paths) {
          const expected = patterns.filter((candidate) => matches(candidate, asked)).toSorted();
          expect(tree.match(asked).toSorted()).toEqual(expected);
          const found = tree.find(asked);
          expect(found === undefined).toBe(expected.length === 0);
          if (found !== undefined) expect(expected).toContain(found.value);
        }
      }),
    );
  });
});
