import { describe, expect, it } from 'vitest';
import { algorithmNames, limitSchema } from '../../lib/limiter';
import { toFaults } from '../../lib/policy';
import {
  configurationSchema,
  limitEntrySchema,
  limitFields,
  type PolicyInput,
  policySchema,
  toLimit,
} from '../../lib/policy/model';

const limits = [{ algorithm: 'fixed-window' as const, quota: 5, window_ms: 1_000 }];
const policy = (changes: Partial<PolicyInput> = {}): PolicyInput => ({
  name: 'p',
  limits,
  ...changes,
});

function faultsOf(input: unknown, schema = configurationSchema): string[] {
  const { error } = schema.safeParse(input);
  return toFaults(error?.issues ?? []).map(({ path, message }) => `${path}: ${message}`);
}

const policyFaults = (changes: object) => faultsOf({ policies: [{ ...policy(), ...changes }] });

describe('limits as configuration writes them', () => {
  it('are of every algorithm that the limiter has', () => {
    expect(limitFields.map(({ algorithm }) => algorithm).toSorted()).toEqual(
      [...algorithmNames].toSorted(),
    );
  });

  it('become the limiter’s own', () => {
    for (const { algorithm, numbers } of limitFields) {
      const entry = { algorithm, ...Object.fromEntries(numbers.map((name) => [name, 7])) };
      const limit = toLimit(limitEntrySchema.parse(entry), 'p');
      expect(limitSchema.parse(limit)).toMatchObject({ algorithm, name: 'p', quota: 7 });
    }
  });

  it('keep a name of their own', () => {
    expect(toLimit(limitEntrySchema.parse({ ...limits[0], name: 'daily' }), 'p').name).toBe(
      'daily',
    );
  });

  it.each([
    [{ algorithm: 'fixed-window', quota: 0, window_ms: 1 }, 'quota'],
    [{ algorithm: 'fixed-window', quota: 1.5, window_ms: 1 }, 'quota'],
    [{ algorithm: 'fixed-window', quota: 1 }, 'window_ms'],
    [{ algorithm: 'fixed-window', quota: 1, windowMs: 1 }, 'window_ms'],
    [{ algorithm: 'sliding-window-counter', quota: 1e9, window_ms: 3e10 }, 'quota'],
  ])('say what is wrong with %j, once', (limit, path) => {
    const faults = policyFaults({ limits: [limit] }).filter((fault) =>
      fault.startsWith(`policies[0].limits[0].${path}: `),
    );
    expect(faults).toHaveLength(1);
  });

  it('name an algorithm that there is', () => {
    expect(policyFaults({ limits: [{ algorithm: 'leaky' }] }).join()).toContain('algorithm');
  });
});

describe('policies', () => {
  it('need a name and a limit, and nothing else', () => {
    expect(policySchema.parse(policy())).toMatchObject({
      mode: 'enforce',
      scope: ['ip'],
      match: { hosts: [], paths: ['/*'], methods: [] },
      cost: { from: 'constant', units: 1 },
      on_store_failure: 'open',
      priority: 0,
      final: false,
    });
  });

  it.each([
    [{ name: 'Upper' }, 'policies[0].name'],
    [{ scope: ['cookie'] }, 'policies[0].scope[0]'],
    [{ scope: ['header:X-Upper'] }, 'policies[0].scope[0]'],
    [{ match: { paths: ['api'] } }, 'policies[0].match.paths[0]'],
    [{ match: { paths: ['/a/*/b'] } }, 'policies[0].match.paths[0]'],
    [{ match: { paths: ['/a//b'] } }, 'policies[0].match.paths[0]'],
    [{ match: { paths: ['/a/../b'] } }, 'policies[0].match.paths[0]'],
    [{ match: { paths: ['/a%2fb'] } }, 'policies[0].match.paths[0]'],
    [{ match: { paths: ['/a?b'] } }, 'policies[0].match.paths[0]'],
    [{ match: { paths: [] } }, 'policies[0].match.paths'],
    [{ match: { hosts: ['Example.org'] } }, 'policies[0].match.hosts[0]'],
    [{ match: { hosts: ['example.org:80'] } }, 'policies[0].match.hosts[0]'],
    [{ match: { hosts: ['*'] } }, 'policies[0].match.hosts[0]'],
    [{ match: { methods: ['get'] } }, 'policies[0].match.methods[0]'],
    [{ cost: { from: 'constant', units: 6 } }, 'policies[0].cost.units'],
    [{ cost: { from: 'header', name: 'x', max: 6 } }, 'policies[0].cost.max'],
    [{ cost: { from: 'header', name: 'x', min: 3, max: 2 } }, 'policies[0].cost.max'],
    [{ exempt: { cidrs: ['10.0.0.0/33'] } }, 'policies[0].exempt.cidrs[0]'],
    [{ deny: { cidrs: ['localhost'] } }, 'policies[0].deny.cidrs[0]'],
    [{ key_name: '1' }, 'policies[0].key_name'],
    [{ overrides: [{ tier: 'gold', limits: [] }] }, 'policies[0].overrides[0].tier'],
    [{ limits: ['a', 'a'].map((name) => ({ ...limits[0], name })) }, 'policies[0].limits[1].name'],
    [
      {
        overrides: [
          { tier: 'gold', limits: ['a', 'b', 'a'].map((name) => ({ ...limits[0], name })) },
        ],
      },
      'policies[0].overrides[0].limits[2].name',
    ],
    [{ limits: [null] }, 'policies[0].limits[0]'],
    [{ unknown: true }, 'policies[0].unknown'],
  ])('with %j are told where the fault is', (changes, path) => {
    expect(policyFaults(changes).filter((fault) => fault.startsWith(`${path}: `))).toHaveLength(1);
  });

  it('may not have two sets of limits for a tier', () => {
    const overrides = [
      { tier: 'gold', limits: [] },
      { tier: 'gold', limits },
    ];
    expect(faultsOf({ tiers: [{ name: 'gold' }], policies: [{ ...policy(), overrides }] })).toEqual(
      ['policies[0].overrides[1].tier: gold has limits already'],
    );
  });
});

describe('counters', () => {
  const named = (name: string, key_name?: string) =>
    policy({ name, ...(key_name !== undefined && { key_name }) });

  it.each(['gcra', 'log', 'slots', 'swc', 'blocked'])(
    'may not be named %s beside those without a name, whose keys end so',
    (suffix) => {
      for (const policies of [
        [named('p', ''), named(suffix)],
        [named('p', ''), named('q', suffix)],
      ]) {
        expect(faultsOf({ policies })).toEqual([
          `policies[1].key_name: ${suffix} is what Floodgate adds to the keys of p, which counts under the empty name`,
        ]);
      }
      expect(faultsOf({ policies: [named('p'), named(suffix)] })).toEqual([]);
      expect(faultsOf({ policies: [named(suffix, '')] })).toEqual([]);
    },
  );
});

describe('a configuration', () => {
  const key = {
    id: 'aaaaaaaaaaaa',
    client: 'acme',
    hash: 'ab'.repeat(32),
    created_at: '2026-01-01T00:00:00Z',
  };

  it('may be empty', () => {
    expect(configurationSchema.parse({})).toEqual({
      policies: [],
      tiers: [],
      clients: [],
      keys: [],
      routes: [],
      upstreams: [],
    });
  });

  it.each([
    [{ policies: [policy(), policy()] }, 'policies[1]: p is there twice'],
    [
      { policies: [policy(), policy({ name: 'q', key_name: 'p' })] },
      'policies[1].key_name: p counts under p already',
    ],
    [{ clients: [{ name: 'acme' }, { name: 'acme' }] }, 'clients[1]: acme is there twice'],
    [{ clients: [{ name: 'acme', tier: 'gold' }] }, 'clients[0].tier: there is no tier gold'],
    [{ keys: [key] }, 'keys[0].client: there is no client acme'],
    [{ routes: [{ name: 'r', upstream: 'u' }] }, 'routes[0].upstream: there is no upstream u'],
    [{ clients: [{ name: 'a', user: 'x' }, { name: 'x' }] }, 'clients[1].user: x is the user of a'],
  ])('%#: says which names are taken or missing', (input, fault) => {
    expect(faultsOf(input)).toEqual([fault]);
  });

  it.each([
    'ftp://example.org',
    'http://user:secret@example.org',
    'http://example.org/path',
    'http://example.org/?q',
    'example.org',
  ])('sends nobody to %s', (url) => {
    expect(faultsOf({ upstreams: [{ name: 'u', targets: [{ url }] }] })).toHaveLength(1);
  });

  it.each([
    ['http://a.test:8080/', 'http://a.test:8080'],
    ['HTTP://A.test:80', 'http://a.test'],
    ['https://[2001:DB8::0:7]:8443', 'https://[2001:db8::7]:8443'],
  ])('knows the target %s as %s', (url, origin) => {
    const upstreams = [{ name: 'u', targets: [{ url }] }];
    const [upstream] = configurationSchema.parse({ upstreams }).upstreams;
    expect(upstream?.targets).toEqual([{ url: origin, weight: 1 }]);
  });

  it('has a target once, however it is spelt', () => {
    const targets = ['http://a:1', 'http://a:2', 'http://A:1/'].map((url) => ({ url }));
    expect(faultsOf({ upstreams: [{ name: 'u', targets }] })).toEqual([
      'upstreams[0].targets[2].url: http://a:1 is there twice',
    ]);
    const other = { name: 'v', targets: [{ url: 'http://a:1' }] };
    const upstreams = [{ name: 'u', targets: targets.slice(0, 2) }, other];
    expect(faultsOf({ upstreams })).toEqual([]);
  });

  const routeFaults = (match: object) =>
    faultsOf({
      routes: [{ name: 'r', upstream: 'u', match }],
      upstreams: [{ name: 'u', targets: [{ url: 'http://a' }] }],
    });

  it.each([
    [{ paths: ['/api/v1/admin'] }, 'paths: what is below /api/v1/admin is never forwarded'],
    [
      { paths: ['/api/v1/admin/*', '/API/v1/Admin./:thing'] },
      'paths: what is below /api/v1/admin is never forwarded',
    ],
    [{ methods: ['TRACE'] }, 'methods: TRACE and CONNECT are never forwarded'],
    [{ methods: ['CONNECT', 'TRACE'] }, 'methods: TRACE and CONNECT are never forwarded'],
  ])('refuses a route that nothing would go by: %j', (match, fault) => {
    expect(routeFaults(match)).toEqual([`routes[0].match.${fault}`]);
  });

  it.each([
    { paths: ['/api/v1/admin/*', '/api/*'] },
    { paths: ['/api/v1/administrators'] },
    { paths: ['/api/:version/admin'] },
    { methods: ['TRACE', 'GET'] },
  ])('takes a route that some requests go by: %j', (match) => {
    expect(routeFaults(match)).toEqual([]);
  });

  it('holds nothing by the names of what objects inherit', () => {
    const input = JSON.parse('{"__proto__": {"policies": []}, "policies": []}');
    const parsed = configurationSchema.safeParse(input);
    expect(parsed.success && Object.hasOwn(parsed.data, '__proto__')).toBe(false);
    expect(faultsOf({ constructor: [] })).toHaveLength(1);
  });
});
