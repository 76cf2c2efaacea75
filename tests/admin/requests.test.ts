import { describe, expect, it } from 'vitest';
import type { RequestSearch } from '../../lib/telemetry/fleet';
import { fleetOf } from '../support/fleet';
import { recordedDecision } from '../support/recorded-decision';
import { adminGateway } from './admin-gateway';

const AT_MS = Date.UTC(2030, 0, 1);

/** What another replica tells of a request. */
const remote = (id: string, atMs: number) => ({
  id,
  at: atMs,
  replica: 'two',
  method: 'POST',
  path: '/api/y',
  identity: null,
  route: '-',
  policy: '-',
  verdict: 'denied',
  status: 401,
  duration_ms: 0.4,
  weight: 1,
});

describe('the latest requests', () => {
  it('are those of all replicas, newest first, with how many were asked', async () => {
    const own = [
      recordedDecision({ requestId: 'r-3', atMs: AT_MS + 3, latencyMs: 1.23456 }),
      recordedDecision({ requestId: 'r-1', atMs: AT_MS + 1 }),
    ];
    const admin = await adminGateway({
      decisions: { counts: new Map(), sinceMs: AT_MS, search: () => own },
      fleet: fleetOf(2, { two: [remote('r-4', AT_MS + 4), remote('r-2', AT_MS + 2)] }),
    });
    const { body } = await admin.request('GET', '/requests');
    expect(body).toMatchObject({ replicas_asked: 3, replicas_answered: 2 });
    expect(body.items).toMatchObject([
      remote('r-4', AT_MS + 4),
      {
        id: 'r-3',
        at: AT_MS + 3,
        replica: 'one',
        method: 'GET',
        path: '/api/x',
        identity: { kind: 'ip', value: '203.0.113.7' },
        route: '/api/x',
        policy: 'each',
        verdict: 'allowed',
        status: 200,
        duration_ms: 1.235,
        weight: 1,
      },
      { id: 'r-2' },
      { id: 'r-1' },
    ]);
    const { body: first } = await admin.request('GET', '/requests?limit=1');
    expect(first.items).toMatchObject([{ id: 'r-4' }]);
  });

  it('are looked for by what is asked, here and elsewhere alike', async () => {
    const searches: unknown[] = [];
    const asked: unknown[] = [];
    const admin = await adminGateway({
      decisions: {
        counts: new Map(),
        sinceMs: AT_MS,
        search(filter, limit) {
          searches.push({ ...filter, limit });
          return [];
        },
      },
      fleet: {
        async ask(_, search) {
          asked.push(search);
          return { asked: 0, answers: [] };
        },
        replicas: async () => [],
      },
    });
    const query = 'id=r-1&identity=Ann%20B&route=%2Fapi%2Fx&policy=each&verdict=error&limit=7';
    expect((await admin.request('GET', `/requests?${query}`)).status).toBe(200);
    const search: RequestSearch = {
      id: 'r-1',
      identity: 'Ann B',
      route: '/api/x',
      policy: 'each',
      verdict: 'error',
      limit: 7,
    };
    expect([searches, asked]).toEqual([[search], [search]]);
  });

  it('show who asked, by key, user or address', async () => {
    const caller = { ip: '203.0.113.7', user: 'ann', keyId: undefined, tier: undefined };
    const callers = [caller, { ...caller, keyId: 'abcdefghijkl' }, undefined];
    const admin = await adminGateway({
      decisions: {
        counts: new Map(),
        sinceMs: AT_MS,
        search: () => callers.map((who) => recordedDecision({ caller: who, policy: undefined })),
      },
    });
    const { body } = await admin.request('GET', '/requests');
    expect(body.items).toMatchObject([
      { identity: { kind: 'user', value: 'ann' }, policy: '-' },
      { identity: { kind: 'key', value: 'abcdefghijkl' } },
      { identity: null },
    ]);
  });

  it.each([
    ['limit=0', 'query.limit'],
    ['limit=201', 'query.limit'],
    ['limit=1e2', 'query.limit'],
    ['verdict=blocked', 'query.verdict'],
    ['id=', 'query.id'],
    [`id=${'x'.repeat(129)}`, 'query.id'],
    [`identity=${'x'.repeat(257)}`, 'query.identity'],
  ])('are not looked for by %.20s', async (query, path) => {
    const admin = await adminGateway();
    const { status, body } = await admin.request('GET', `/requests?${query}`);
    expect(status).toBe(400);
    expect(body.errors).toMatchObject([{ path }]);
  });

  it('are told of to admins alone', async () => {
    const admin = await adminGateway();
    const anybody = { headers: { authorization: undefined } };
    expect((await admin.request('GET', '/requests', anybody)).status).toBe(401);
  });
});
