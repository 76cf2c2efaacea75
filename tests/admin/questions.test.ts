import { beforeEach, describe, expect, it } from 'vitest';
import type { ExplanationInput } from '../../lib/admin';
import type { Explanation } from '../../lib/gateway';
import { fleetOf } from '../support/fleet';
import { type AdminGateway, adminGateway } from './admin-gateway';

const limit = { algorithm: 'fixed-window', quota: 5, window_ms: 10_000 };

const explanation: Explanation = {
  recorded: true,
  request_id: 'r-1',
  at: '2030-01-01T00:00:00.000Z',
  replica: 'one',
  version: 1,
  request: { method: 'GET', path: '/ping', host: null },
  identity: null,
  route: null,
  outcome: 'unauthorized',
  status: 401,
  policies: [],
  not_matched: 0,
  headers: [],
};

describe('validating', () => {
  let admin: AdminGateway;
  beforeEach(async () => {
    admin = await adminGateway({ configuration: { tiers: [{ name: 'gold' }] } });
  });
  const validate = (kind: string, entity: unknown) =>
    admin.request('POST', '/validate', { body: { kind, entity } });

  it('gives back what is valid with its defaults, and saves nothing', async () => {
    const { status, body } = await validate('policies', { name: 'ping', limits: [limit] });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      valid: true,
      errors: [],
      entity: { name: 'ping', mode: 'enforce', scope: ['ip'], match: { paths: ['/*'] } },
    });
    expect((await admin.request('GET', '/policies')).body).toMatchObject({ version: 1, items: [] });
  });

  it('tells every fault and where it is', async () => {
    const { status, body } = await validate('policies', {
      name: 'Ping',
      limits: [limit, { ...limit, window_ms: 'long' }],
      scope: ['planet'],
      extra: 1,
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({ valid: false, entity: null });
    const paths = (body.errors as { path: string }[]).map(({ path }) => path);
    expect(paths.sort()).toEqual(['extra', 'limits[1].window_ms', 'name', 'scope[0]']);
  });

  it('tells each fault once', async () => {
    const { body } = await validate('policies', {
      name: 'ping',
      limits: [{ ...limit, quota: 'five' }],
    });
    const told = (body.errors as object[]).map((error) => JSON.stringify(error));
    expect(new Set(told).size).toBe(told.length);
  });

  it('tells names that nothing has', async () => {
    const override = { tier: 'silver', limits: [limit] };
    const { body } = await validate('policies', {
      name: 'ping',
      limits: [limit],
      overrides: [{ ...override, tier: 'gold' }, override],
    });
    expect(body).toMatchObject({
      valid: false,
      errors: [{ path: 'overrides[1].tier', message: 'there is no tier silver' }],
    });
  });

  it.each([
    [{ kind: 'keys', entity: {} }, 'kind'],
    [{ kind: 'tiers', entity: 'gold' }, 'entity'],
    [{ kind: 'tiers' }, 'entity'],
    [{ kind: '__proto__', entity: {} }, 'kind'],
  ])('is refused of %j', async (body, path) => {
    const answer = await admin.request('POST', '/validate', { body });
    expect(answer.status).toBe(400);
    expect(answer.body.errors).toMatchObject([{ path }]);
  });
});

describe('explaining', () => {
  const asked: ExplanationInput[] = [];
  let admin: AdminGateway;
  beforeEach(async () => {
    asked.length = 0;
    admin = await adminGateway({
      async explain(input) {
        asked.push(input);
        return 'request_id' in input && input.request_id !== 'r-1' ? undefined : explanation;
      },
    });
  });
  const explain = (body: unknown) => admin.request('POST', '/explain', { body });

  it('tells of a recorded request', async () => {
    const answer = await explain({ request_id: 'r-1' });
    expect(answer).toMatchObject({ status: 200, body: explanation });
    expect(asked).toEqual([{ request_id: 'r-1' }]);
  });

  it('does not know a request that was not recorded', async () => {
    expect((await explain({ request_id: 'r-2' })).status).toBe(404);
  });

  it('asks about a request that nobody sent, with what it does not say filled in', async () => {
    expect((await explain({ path: '/api/v1/stock-price' })).status).toBe(200);
    expect(asked).toEqual([
      { method: 'GET', path: '/api/v1/stock-price', query: '', headers: {}, claims: {} },
    ]);
  });

  it('passes on all that such a request may be', async () => {
    const request = {
      method: 'POST',
      path: '/a//b/../c',
      host: 'api.example.org',
      ip: '2001:db8::1',
      headers: { 'X-Plan': 'gold' },
      query: 'cost=2',
      api_key_id: 'abcdefghijkl',
      user: 'Zoë',
      tier: 'gold',
      claims: { admin: true, level: 3, org: 'acme' },
      draft: { name: 'ping', limits: [limit] },
    };
    expect((await explain(request)).status).toBe(200);
    expect(asked).toMatchObject([{ ...request, draft: { name: 'ping', mode: 'enforce' } }]);
  });

  it.each([
    [{}, 'path'],
    [{ path: 'ping' }, 'path'],
    [{ path: '/ping?a=b' }, 'path'],
    [{ path: '/%2e%2e%2f' }, 'path'],
    [{ path: '/ping', method: 'FETCH' }, 'method'],
    [{ path: '/ping', ip: '1.2.3' }, 'ip'],
    [{ path: '/ping', headers: { 'a b': 'c' } }, 'headers.a b'],
    [{ path: '/ping', claims: { roles: [] } }, 'claims.roles'],
    [{ path: '/ping', draft: { name: 'ping', limits: [] } }, 'draft.limits'],
    [{ path: '/ping', request_id: 'r-1' }, 'path'],
    [{ request_id: '' }, 'request_id'],
  ])('is refused of %j', async (body, path) => {
    const answer = await explain(body);
    expect(answer.status).toBe(400);
    expect(answer.body.errors).toMatchObject([{ path }]);
    expect(asked).toEqual([]);
  });
});

describe('what policies decided', () => {
  const decisions = {
    search: () => [],
    sinceMs: Date.UTC(2030, 0, 1),
    counts: new Map([
      ['ping', { allowed: 3, denied: 2, wouldDeny: 0 }],
      ['trial', { allowed: 5, denied: 0, wouldDeny: 4 }],
    ]),
  };

  it('is counted by name', async () => {
    const admin = await adminGateway({ decisions });
    const { body } = await admin.request('GET', '/policy-counts');
    expect(body).toEqual({
      since: '2030-01-01T00:00:00.000Z',
      items: {
        ping: { allowed: 3, denied: 2, would_deny: 0 },
        trial: { allowed: 5, denied: 0, would_deny: 4 },
      },
      replicas_asked: 1,
      replicas_answered: 1,
    });
  });

  it('is summed up over all replicas that answer, since the first of them began', async () => {
    const fleet = fleetOf(3, {
      two: {
        sinceMs: Date.UTC(2029, 0, 1),
        counts: [
          ['ping', { allowed: 10, denied: 1, wouldDeny: 0 }],
          ['__proto__', { allowed: 1, denied: 0, wouldDeny: 0 }],
        ],
      },
    });
    const admin = await adminGateway({ decisions, fleet });
    const { body } = await admin.request('GET', '/policy-counts');
    const { items, ...others } = body;
    expect(others).toEqual({
      since: '2029-01-01T00:00:00.000Z',
      replicas_asked: 4,
      replicas_answered: 2,
    });
    expect(items).toMatchObject({
      ping: { allowed: 13, denied: 3, would_deny: 0 },
      trial: { allowed: 5, denied: 0, would_deny: 4 },
    });
  });
});
