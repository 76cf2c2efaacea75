import { describe, expect, test } from 'vitest';
import { fieldWords, withAlgorithm } from '../../components/policies/limit-field';
import { BLANK_POLICY } from '../../components/policies/policy-draft';
import { matchesSearch } from '../../components/policies/policy-search';
import { draftOf } from '../../components/policies/policy-shape';
import { BLANK_PROBE, examplePath, explainBody } from '../../components/policies/probe';
import { limitWords, periodWords, scopeWords } from '../../components/policies/words';
import { tierReferences, tierUse } from '../../components/tiers/tier-use';
import { limitFields, policySchema } from '../../lib/policy';

describe('limits in words', () => {
  test.each([
    [{ algorithm: 'fixed-window', quota: 5, window_ms: 10_000 }, '5 per 10 s, fixed window'],
    [
      { algorithm: 'token-bucket', quota: 5, refill_tokens: 2, refill_interval_ms: 60_000 },
      'up to 5, 2 back per min, token bucket',
    ],
    [{ algorithm: 'concurrency', quota: 3, lease_ms: 30_000 }, '3 at once'],
    [{ algorithm: 'fixed-window', quota: null, window_ms: null }, '? per ?, fixed window'],
    [{ algorithm: 'leaky-queue', quota: 3 }, '3, leaky queue'],
  ])('%j', (limit, words) => {
    expect(limitWords(limit)).toBe(words);
  });

  test.each([
    [250, '250 ms'],
    [1_000, 's'],
    [1_500, '1.5 s'],
    [90_000, '90 s'],
    [3_600_000, 'h'],
    [172_800_000, '2 days'],
  ])('%d ms is %s', (ms, words) => {
    expect(periodWords(ms)).toBe(words);
  });

  test('a scope names its parts', () => {
    expect(scopeWords([])).toBe('everyone together');
    expect(scopeWords(['identity', 'route', 'header:x-org', 'claim:a:b'])).toBe(
      'caller + route + header x-org + claim a:b',
    );
  });
});

describe('another algorithm', () => {
  test.each(limitFields.map((fields) => [fields.algorithm, fields] as const))(
    'makes %s a limit that holds',
    (_, fields) => {
      const limit = withAlgorithm({ algorithm: 'none', quota: 20, window_ms: 5_000 }, fields);
      expect(Object.keys(limit).sort()).toEqual(['algorithm', ...fields.numbers].sort());
      expect(policySchema.safeParse({ name: 'a', limits: [limit] }).success).toBe(true);
      expect(limit.quota).toBe(20);
    },
  );

  test('every number of every algorithm has a label', () => {
    for (const { algorithm, numbers } of limitFields) {
      for (const field of numbers) expect(fieldWords(algorithm, field).label).toMatch(/^[A-Z]/);
    }
  });
});

describe('a policy as JSON', () => {
  test('is a draft with what was left out, and what it holds besides', () => {
    const draft = draftOf('{"name": "a", "limits": [{"algorithm": "gcra", "quota": null}]}');
    expect(draft).toMatchObject({ name: 'a', scope: ['ip'], match: { paths: ['/*'] } });
    expect(draftOf(JSON.stringify({ ...BLANK_POLICY, typo: 1 }))).toHaveProperty('typo', 1);
  });

  test.each([
    ['{"name": }', /^This is not JSON/],
    ['[]', /^This is no policy/],
    ['{"limits": {}}', /^This is no policy: limits: /],
    ['{"match": {"paths": "/a"}}', /match\.paths/],
  ])('%s has a fault that says where', (text, fault) => {
    expect(draftOf(text)).toEqual({ fault: expect.stringMatching(fault) });
  });

  test('a policy comes through unchanged', () => {
    expect(draftOf(JSON.stringify(BLANK_POLICY))).toEqual(BLANK_POLICY);
  });
});

describe('a probe', () => {
  test.each([
    ['/users/:id/posts', '/users/1/posts'],
    ['/api/*', '/api/example'],
    ['/*', '/example'],
    [undefined, '/'],
  ])('of %s asks for %s', (pattern, path) => {
    expect(examplePath(pattern)).toBe(path);
  });

  test('asks only about what was given', () => {
    const probe = {
      ...BLANK_PROBE,
      path: '/a?b=c?d',
      ip: '',
      user: ' ada ',
      headers: ['X-Org: acme: north', ': nothing'],
    };
    expect(explainBody(probe, { name: 'p' })).toEqual({
      method: 'GET',
      path: '/a',
      query: 'b=c?d',
      user: 'ada',
      headers: { 'X-Org': 'acme: north' },
      claims: {},
      draft: { name: 'p' },
    });
  });
});

test('a search finds policies by every word of it', () => {
  const policy = policySchema.parse({
    name: 'checkout',
    description: 'Protects the Payment provider',
    match: { paths: ['/pay/*'], methods: ['POST'] },
    limits: [{ algorithm: 'fixed-window', quota: 5, window_ms: 10_000 }],
  });
  for (const search of ['', 'check', 'PAYMENT post', '/pay/', ' enforce ']) {
    expect(matchesSearch(policy, search), search).toBe(true);
  }
  expect(matchesSearch(policy, 'checkout GET')).toBe(false);
});

test('a tier is told with all that refers to it', () => {
  const policy = policySchema.parse({
    name: 'p',
    limits: [{ algorithm: 'fixed-window', quota: 5, window_ms: 10_000 }],
    overrides: [
      { tier: 'free', limits: [] },
      { tier: 'gold', limits: [{ algorithm: 'fixed-window', quota: 9, window_ms: 1_000 }] },
    ],
  });
  const client = { name: 'acme', description: '', tier: 'gold', enabled: true };
  const gold = tierUse('gold', [client], [], [policy]);
  expect(gold.overrides).toEqual([{ policy: 'p', limits: ['9 per s, fixed window'] }]);
  expect(tierReferences(gold)).toEqual(['policy p', 'client acme']);
  expect(tierUse('free', [client], [], [policy]).overrides).toEqual([
    { policy: 'p', limits: ['unlimited'] },
  ]);
});
