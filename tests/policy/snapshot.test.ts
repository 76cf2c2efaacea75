import { describe, expect, it } from 'vitest';
import { createMemoryStore } from '../../lib/limiter';
import {
  type Configuration,
  type ConfigurationInput,
  configurationSchema,
  createCompiler,
  type LimitEntry,
  type PolicyInput,
} from '../../lib/policy';
import { callTo } from '../support/gateway';
import { subject } from './subject';

const perTenSeconds = (quota: number, name?: string): LimitEntry => ({
  algorithm: 'fixed-window',
  quota,
  window_ms: 10_000,
  ...(name !== undefined && { name }),
});

function policy(name: string, more: Partial<PolicyInput> = {}): PolicyInput {
  return { name, limits: [perTenSeconds(5)], ...more };
}

function compiler() {
  const compile = createCompiler(createMemoryStore({ now: () => 0 }));
  return (configuration: Configuration, version = 1) => compile({ version, configuration });
}

function snapshotOf(configuration: ConfigurationInput) {
  return compiler()(configurationSchema.parse(configuration));
}

describe('a snapshot', () => {
  it('knows policies, keys and clients by name, and clients by the user they act for', () => {
    const key = {
      id: 'k1k1k1k1k1k1',
      client: 'acme',
      hash: '0'.repeat(64),
      created_at: '2026-01-01T00:00:00Z',
    };
    const snapshot = snapshotOf({
      policies: [policy('one'), policy('none', { mode: 'off' })],
      clients: [{ name: 'acme', user: 'Acme Ltd' }, { name: 'ada' }],
      keys: [key],
    });
    expect(snapshot.policy('one')?.policy.name).toBe('one');
    expect(snapshot.policy('none')?.policy.mode).toBe('off');
    expect(snapshot.key('k1k1k1k1k1k1')?.client).toBe('acme');
    expect(snapshot.client('acme')?.user).toBe('Acme Ltd');
    expect(snapshot.clientOfUser('Acme Ltd')?.name).toBe('acme');
    expect(snapshot.clientOfUser('ada')?.name).toBe('ada');
    expect(snapshot.clientOfUser('acme')).toBeUndefined();
  });

  it.each(['constructor', '__proto__', 'toString', ''])('knows nothing by the name %j', (name) => {
    const snapshot = snapshotOf({ policies: [policy('one')] });
    expect(snapshot.policy(name)).toBeUndefined();
    expect(snapshot.key(name)).toBeUndefined();
    expect(snapshot.client(name)).toBeUndefined();
    expect(snapshot.clientOfUser(name)).toBeUndefined();
    expect(snapshot.policy('one')?.limiterFor(name)).toBe(snapshot.policy('one')?.limiterFor('x'));
  });

  it('stays as it was when another revision is compiled', () => {
    const compile = compiler();
    const before = compile(configurationSchema.parse({ policies: [policy('one')] }));
    compile(configurationSchema.parse({ policies: [policy('other')] }), 2);
    const found = before.policiesFor(callTo('/x'));
    expect(found.map((each) => each.policy.name)).toEqual(['one']);
    expect(before.version).toBe(1);
  });
});

describe('compiling the next revision', () => {
  const first = configurationSchema.parse({
    policies: [policy('kept'), policy('changed')],
    clients: [{ name: 'acme' }],
  });
  const [kept, changed] = first.policies;
  if (kept === undefined || changed === undefined) throw new TypeError('two policies');

  it('keeps what did not change, limiters and all', () => {
    const compile = compiler();
    const before = compile(first);
    const limiter = before.policy('kept')?.limiterFor(undefined);
    const policies = [{ ...changed, limits: [perTenSeconds(6)] }, kept];
    const after = compile({ ...first, policies }, 2);
    expect(after.version).toBe(2);
    expect(after.policy('kept')).toBe(before.policy('kept'));
    expect(after.policy('kept')?.limiterFor(undefined)).toBe(limiter);
    expect(after.policy('changed')).not.toBe(before.policy('changed'));
    expect(after.policy('changed')?.limiterFor(undefined)?.policy.limits[0].quota).toBe(6);
  });

  it('keeps policies through a trial of a draft', () => {
    const compile = compiler();
    const before = compile(first);
    compile({ ...first, policies: [kept, { ...changed, priority: 9 }] });
    const after = compile({ ...first, policies: [...first.policies] });
    expect(after.policy('changed')).toBe(before.policy('changed'));
  });

  it('sees a policy that was removed, added or replaced at its place', () => {
    const compile = compiler();
    const names = (configuration: Configuration) =>
      compile(configuration)
        .policiesFor(callTo('/x'))
        .map((each) => each.policy.name);
    expect(names(first)).toEqual(['changed', 'kept']);
    expect(names({ ...first, policies: [kept] })).toEqual(['kept']);
    expect(names({ ...first, policies: [kept, { ...changed, name: 'new' }] })).toEqual([
      'kept',
      'new',
    ]);
    expect(names({ ...first, policies: [{ ...changed, mode: 'off' }, kept] })).toEqual(['kept']);
  });

  it('sees clients and keys that come and go', () => {
    const compile = compiler();
    compile(first);
    const without = compile({ ...first, clients: [] });
    expect(without.client('acme')).toBeUndefined();
    expect(compile(first).client('acme')?.name).toBe('acme');
  });
});

describe('the limits of a policy', () => {
  const snapshot = snapshotOf({
    policies: [
      policy('api', {
        limits: [perTenSeconds(5), perTenSeconds(50)],
        overrides: [
          { tier: 'premium', limits: [perTenSeconds(100)] },
          { tier: 'internal', limits: [] },
        ],
        on_store_failure: 'local',
        replicas: 3,
      }),
    ],
    tiers: [{ name: 'premium' }, { name: 'internal' }, { name: 'free' }],
  });
  const api = snapshot.policy('api');

  it('are its own unless the tier has others', () => {
    const quotas = (tier: string | undefined) =>
      api?.limiterFor(tier)?.policy.limits.map(({ quota }) => quota);
    expect(quotas(undefined)).toEqual([5, 50]);
    expect(quotas('free')).toEqual([5, 50]);
    expect(quotas('premium')).toEqual([100]);
  });

  it('are none for a tier that is unlimited', () => {
    expect(api?.limiterFor('internal')).toBeUndefined();
  });

  it('are made once', () => {
    expect(api?.limiterFor('premium')).toBe(api?.limiterFor('premium'));
    expect(api?.limiterFor('free')).toBe(api?.limiterFor(undefined));
  });

  it('fail as the policy says', () => {
    expect(api?.limiterFor('premium')?.policy).toMatchObject({
      name: 'api',
      onStoreFailure: 'local',
      replicas: 3,
    });
  });

  it('count under the name of the policy, or what it gives instead', () => {
    const keyOf = (more: Partial<PolicyInput>) =>
      snapshotOf({ policies: [policy('stock-price', more)] })
        .policy('stock-price')
        ?.limiterFor(undefined)
        ?.keyOf('203.0.113.7', 0);
    expect(keyOf({})).toBe('ratelimit:{203.0.113.7}:stock-price:0');
    expect(keyOf({ key_name: 'quotes' })).toBe('ratelimit:{203.0.113.7}:quotes:0');
    expect(keyOf({ key_name: '' })).toBe('ratelimit:{203.0.113.7}:0');
  });

  it.each([
    ['api', [undefined, undefined, undefined], ['api', 'api-2', 'api-3']],
    ['api', ['burst', undefined], ['burst', 'api-2']],
    ['api', [undefined, 'api'], ['api-2', 'api']],
    ['api', [undefined, undefined, 'api-2'], ['api', 'api-3', 'api-2']],
    ['a'.repeat(64), [undefined, undefined], ['a'.repeat(64), `${'a'.repeat(62)}-2`]],
  ])('of %s are told apart by name', (name, given, expected) => {
    const limits = given.map((own, index) => perTenSeconds(index + 1, own));
    const limiter = snapshotOf({ policies: [policy(name, { limits })] })
      .policy(name)
      ?.limiterFor(undefined);
    expect(limiter?.policy.limits.map((limit) => limit.name)).toEqual(expected);
  });
});

describe('the callers of a policy', () => {
  const exempt = { cidrs: ['10.0.0.0/8'], keys: [], users: ['ada'] };
  const deny = { cidrs: [], keys: ['k1k1k1k1k1k1'], users: [] };
  const one = snapshotOf({ policies: [policy('one', { exempt, deny })] }).policy('one');

  it('are left alone or refused by name', () => {
    expect(one?.isExempt(subject({ ip: '10.9.9.9' }))).toBe(true);
    expect(one?.isExempt(subject({ user: 'ada' }))).toBe(true);
    expect(one?.isExempt(subject())).toBe(false);
    expect(one?.isDenied(subject({ keyId: 'k1k1k1k1k1k1' }))).toBe(true);
    expect(one?.isDenied(subject({ user: 'ada' }))).toBe(false);
  });
});
