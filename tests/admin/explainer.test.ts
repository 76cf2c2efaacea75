import { beforeEach, describe, expect, it } from 'vitest';
import { createExplainer, type Explainer } from '../../lib/admin';
import { hypotheticalRequestSchema } from '../../lib/admin/explanation-input';
import { explanationSchema, pingEndpoint, routesOf, stockPriceEndpoint } from '../../lib/gateway';
import { newApiKey } from '../../lib/identity';
import { createMemoryStore, type Store } from '../../lib/limiter';
import { type ConfigurationInput, createCompiler } from '../../lib/policy';
import { failingStore } from '../support/failing-store';
import { fleetOf } from '../support/fleet';
import { callTo, field, gatewayOver, type TestGateway } from '../support/gateway';
import { perHour, policy } from '../support/policies';
import { ALONE } from './admin-gateway';

let gateway: TestGateway;
let explain: Explainer;

function openOver(store: Store, fleet = ALONE): void {
  gateway = gatewayOver(store);
  explain = createExplainer({
    decisions: gateway.decisions,
    snapshot: gateway.snapshot,
    compile: createCompiler(store),
    routeOf: routesOf([stockPriceEndpoint(), pingEndpoint()]),
    replica: 'replica-1',
    fleet,
  });
}

beforeEach(() => openOver(createMemoryStore()));

const configure = (configuration: ConfigurationInput) => gateway.configure(configuration);

const ask = async (input: object) => {
  const explanation = await explain(hypotheticalRequestSchema.parse(input));
  return explanationSchema.parse(explanation);
};

describe('a recorded request', () => {
  it('is explained as it was decided: who, which policies in order, each verdict', async () => {
    configure({
      policies: [policy('each'), policy('trial', { mode: 'shadow', limits: [perHour(1)] })],
    });
    const replies = [];
    for (let i = 0; i < 3; i++) replies.push(await gateway.handle(callTo('/api/x')));
    const last = replies.at(-1);
    const requestId = (last && field(last, 'X-Request-Id')) ?? '';
    // What is asked about must not move with what happens later.
    configure({ policies: [] });
    const explanation = explanationSchema.parse(await explain({ request_id: requestId }));
    expect(explanation).toMatchObject({
      recorded: true,
      request_id: requestId,
      replica: 'replica-1',
      version: 2,
      request: { method: 'GET', path: '/api/x', host: null },
      identity: { kind: 'ip', ip: '203.0.113.7' },
      route: null,
      outcome: 'denied',
      status: 429,
      policies: [
        {
          name: 'each',
          outcome: 'denied',
          identifier: '203.0.113.7',
          limits: [{ name: 'each', limit: 2, remaining: 0, allowed: false }],
        },
        { name: 'trial', mode: 'shadow', outcome: 'would-deny' },
      ],
    });
    const names = explanation.headers.map(([name]) => name);
    expect(names).toEqual(expect.arrayContaining(['RateLimit', 'Retry-After']));
  });

  it('with credentials that hold nothing is explained by its address, without them', async () => {
    const { key } = newApiKey();
    const reply = await gateway.handle(callTo('/api/x', { headers: { 'x-api-key': key } }));
    const requestId = field(reply, 'X-Request-Id') ?? '';
    const explanation = await explain({ request_id: requestId });
    expect(explanation).toMatchObject({
      identity: { kind: 'ip', ip: '203.0.113.7', key_id: null },
      outcome: 'unauthorized',
      status: 401,
    });
    expect(JSON.stringify(explanation)).not.toContain(key);
  });

  it('is unknown when it never came', async () => {
    expect(await explain({ request_id: 'no-such-request' })).toBeUndefined();
  });

  it('that another replica answered is explained by that one, by its latest of this id', async () => {
    await gateway.handle(callTo('/api/x', { headers: { 'x-request-id': 'r-1' } }));
    const own = await explain({ request_id: 'r-1' });
    const elsewhere = (replica: string, at: string) => ({ ...own, replica, at });
    openOver(
      createMemoryStore(),
      fleetOf(3, {
        two: elsewhere('two', '2030-01-01T00:00:00.000Z'),
        three: elsewhere('three', '2030-01-01T00:00:01.000Z'),
        four: null,
      }),
    );
    expect(await explain({ request_id: 'r-1' })).toMatchObject({ replica: 'three' });
    await gateway.handle(callTo('/api/x', { headers: { 'x-request-id': 'r-1' } }));
    expect(await explain({ request_id: 'r-1' })).toMatchObject({ replica: 'replica-1' });
  });

  it('that no replica knows is unknown', async () => {
    openOver(createMemoryStore(), fleetOf(2, { two: null }));
    expect(await explain({ request_id: 'r-1' })).toBeUndefined();
  });

  it('stays known however many others are let in after it', async () => {
    configure({ policies: [policy('one', { limits: [perHour(1)] })] });
    await gateway.handle(callTo('/api/x'));
    const denied = await gateway.handle(callTo('/api/x'));
    const requestId = field(denied, 'X-Request-Id') ?? '';
    configure({ policies: [policy('wide', { limits: [perHour(1_000_000)] })] });
    for (let i = 0; i < 3_000; i++) await gateway.handle(callTo('/api/x'));
    expect(await explain({ request_id: requestId })).toMatchObject({ outcome: 'denied' });
  });
});

describe('a hypothetical request', () => {
  it('is decided without being counted, and shows the headers of its answer', async () => {
    configure({ policies: [policy('each')] });
    for (let i = 0; i < 5; i++) await ask({ path: '/api/x' });
    const explanation = await ask({ path: '/api/x', ip: '203.0.113.7' });
    expect(explanation).toMatchObject({ recorded: false, outcome: 'allowed', status: 200 });
    expect(explanation.policies[0]?.limits[0]).toMatchObject({ limit: 2, remaining: 1 });
    const reply = await gateway.handle(callTo('/api/x'));
    const promised = new Map(explanation.headers);
    for (const name of ['RateLimit-Policy', 'X-RateLimit-Limit', 'X-RateLimit-Remaining']) {
      expect([name, promised.get(name)]).toEqual([name, field(reply, name)]);
    }
  });

  it.each([
    { algorithm: 'token-bucket', quota: 5, refill_tokens: 5, refill_interval_ms: 60_000 },
    { algorithm: 'gcra', quota: 5, refill_tokens: 1, refill_interval_ms: 10_000 },
    { algorithm: 'sliding-window-log', quota: 5, window_ms: 60_000 },
    { algorithm: 'fixed-window', quota: 5, window_ms: 3_600_000 },
  ] as const)('promises what the first answer under $algorithm then says', async (limit) => {
    configure({ policies: [policy('each', { limits: [limit] })] });
    const promised = new Map((await ask({ path: '/api/x', ip: '203.0.113.7' })).headers);
    const reply = await gateway.handle(callTo('/api/x'));
    expect(promised.get('RateLimit')).toBe(field(reply, 'RateLimit'));
  });

  it('meets a draft in place of the policy of its name, or besides all', async () => {
    configure({ policies: [policy('each')] });
    const changed = await ask({ path: '/api/x', draft: policy('each', { limits: [perHour(50)] }) });
    expect(changed.policies.map(({ name, limits }) => [name, limits[0]?.limit])).toEqual([
      ['each', 50],
    ]);
    const added = await ask({ path: '/api/x', draft: policy('added', { priority: 5 }) });
    expect(added.policies.map(({ name }) => name)).toEqual(['added', 'each']);
    expect(gateway.snapshot().configuration.policies).toHaveLength(1);
  });

  it('is held by the tier of its key, client, token or choice', async () => {
    const { id, hash } = newApiKey();
    configure({
      policies: [
        policy('each', {
          scope: ['identity'],
          overrides: [
            { tier: 'gold', limits: [perHour(9)] },
            { tier: 'open', limits: [] },
          ],
        }),
      ],
      tiers: [{ name: 'gold' }, { name: 'open' }],
      clients: [{ name: 'acme', tier: 'gold' }],
      keys: [{ id, hash, client: 'acme', created_at: '2026-01-01T00:00:00Z' }],
    });
    const limitOf = async (input: object) => {
      const [first] = (await ask({ path: '/api/x', ...input })).policies;
      return [first?.tier, first?.outcome, first?.identifier, first?.limits[0]?.limit];
    };
    expect(await limitOf({})).toEqual([null, 'allowed', '192.0.2.1', 2]);
    expect(await limitOf({ api_key_id: id })).toEqual(['gold', 'allowed', `key:${id}`, 9]);
    expect(await limitOf({ user: 'acme' })).toEqual(['gold', 'allowed', 'user:acme', 9]);
    expect(await limitOf({ user: 'someone' })).toEqual([null, 'allowed', 'user:someone', 2]);
    expect(await limitOf({ tier: 'open' })).toEqual(['open', 'unlimited', null, undefined]);
  });

  it('says who refuses it by name, and what it costs', async () => {
    configure({
      policies: [
        policy('each', {
          limits: [perHour(10)],
          deny: { users: ['mallory'] },
          cost: { from: 'header', name: 'x-units', max: 4 },
        }),
      ],
    });
    const refused = await ask({ path: '/api/x', user: 'mallory' });
    expect(refused).toMatchObject({ outcome: 'forbidden', status: 403, headers: [] });
    const dear = await ask({ path: '/api/x', headers: { 'X-Units': '4' } });
    expect(dear.policies[0]).toMatchObject({ cost: 4, limits: [{ remaining: 6 }] });
    const wrong = await ask({ path: '/api/x', headers: { 'X-Units': '5' } });
    expect(wrong).toMatchObject({ outcome: 'bad-cost', status: 400 });
  });

  it('would be denied with the time to come back when its quota is used up', async () => {
    configure({ policies: [policy('each')] });
    for (let i = 0; i < 2; i++) await gateway.handle(callTo('/api/x'));
    const explanation = await ask({ path: '/api/x', ip: '203.0.113.7' });
    expect(explanation).toMatchObject({ outcome: 'denied', status: 429 });
    expect(explanation.policies[0]?.limits[0]?.retry_after_ms).toBeGreaterThan(0);
    expect(new Map(explanation.headers).get('Retry-After')).toMatch(/^\d+$/);
  });

  it('is refused where its key or its client would be', async () => {
    const [good, revoked, expired] = [newApiKey(), newApiKey(), newApiKey()];
    const record = ({ id, hash }: typeof good, more: object = {}) => ({
      id,
      hash,
      client: 'acme',
      created_at: '2026-01-01T00:00:00Z',
      ...more,
    });
    const keys = [
      record(good),
      record(revoked, { revoked_at: '2026-01-02T00:00:00Z' }),
      record(expired, { expires_at: '2026-01-02T00:00:00Z' }),
    ];
    configure({ policies: [policy('each')], clients: [{ name: 'acme' }], keys });
    const outcomeOf = async (input: object) => (await ask({ path: '/api/x', ...input })).outcome;
    expect(await outcomeOf({ api_key_id: good.id })).toBe('allowed');
    expect(await outcomeOf({ api_key_id: revoked.id })).toBe('unauthorized');
    expect(await outcomeOf({ api_key_id: expired.id })).toBe('unauthorized');
    expect(await outcomeOf({ api_key_id: 'zzzzzzzzzzzz' })).toBe('unauthorized');
    configure({ clients: [{ name: 'acme', enabled: false }], keys });
    expect(await outcomeOf({ api_key_id: good.id })).toBe('unauthorized');
    expect(await outcomeOf({ user: 'acme' })).toBe('unauthorized');
  });

  it('that would be denied takes nothing from any policy, and is told when to come back', async () => {
    configure({
      policies: [
        policy('wide', { limits: [perHour(10)] }),
        policy('bucket', {
          limits: [
            { algorithm: 'token-bucket', quota: 4, refill_tokens: 1, refill_interval_ms: 100_000 },
          ],
        }),
      ],
    });
    for (let i = 0; i < 4; i++) await gateway.handle(callTo('/api/x'));
    const explanation = await ask({ path: '/api/x', ip: '203.0.113.7' });
    const promised = new Map(explanation.headers);
    const reply = await gateway.handle(callTo('/api/x'));
    expect(reply.status).toBe(429);
    expect(explanation.status).toBe(429);
    for (const name of ['RateLimit', 'Retry-After', 'X-RateLimit-Remaining']) {
      expect([name, promised.get(name)]).toEqual([name, field(reply, name)]);
    }
  });

  it('counts the policies that did not match', async () => {
    configure({
      policies: [policy('each'), policy('other', { match: { paths: ['/other'] } })],
    });
    expect(await ask({ path: '/api/x' })).toMatchObject({ not_matched: 1 });
  });

  it('is not measured while the store fails', async () => {
    openOver(failingStore());
    configure({ policies: [policy('open'), policy('closed', { on_store_failure: 'closed' })] });
    const explanation = await ask({ path: '/api/x' });
    expect(explanation).toMatchObject({ outcome: 'unavailable', status: 503 });
    expect(explanation.policies.map(({ name, outcome }) => [name, outcome])).toEqual([
      ['closed', 'denied'],
      ['open', 'unmeasured'],
    ]);
  });
});
