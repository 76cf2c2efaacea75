import { beforeEach, describe, expect, it } from 'vitest';
import type { BreakerCommand } from '../../lib/admin/endpoints/upstream-breaker';
import type { UpstreamStatus } from '../../lib/upstream';
import { fleetOf, sightingOf } from '../support/fleet';
import { type AdminGateway, adminGateway } from './admin-gateway';

const SINCE_MS = Date.UTC(2030, 0, 1);

const replicas = [
  sightingOf('one', { isSelf: true }),
  sightingOf('two', {}, { breakers: [{ upstream: 'quiet', state: 'half-open', tripped: false }] }),
  sightingOf('three', { state: 'silent' }),
];

const shop: UpstreamStatus = {
  name: 'shop',
  breaker: {
    state: 'open',
    isTripped: false,
    sinceMs: SINCE_MS,
    probeAtMs: SINCE_MS + 5_000,
    requests: 40,
    failures: 30,
    slow: 2,
  },
  upgraded: 3,
  retries: 4,
  targets: [
    {
      url: 'http://shop.test:8080',
      weight: 2,
      health: 'unhealthy',
      healthFault: 'status 503',
      ejectedUntilMs: SINCE_MS + 10_000,
      inFlight: 1,
      requests: 100,
      failures: 30,
      addresses: ['192.0.2.7'],
    },
  ],
};

const quiet: UpstreamStatus = {
  name: 'quiet',
  breaker: {
    ...shop.breaker,
    state: 'closed',
    probeAtMs: undefined,
    requests: 0,
    failures: 0,
    slow: 0,
  },
  upgraded: 0,
  retries: 0,
  targets: [
    {
      url: 'http://quiet.test',
      weight: 1,
      health: 'unknown',
      healthFault: undefined,
      ejectedUntilMs: undefined,
      inFlight: 0,
      requests: 0,
      failures: 0,
      addresses: [],
    },
  ],
};

describe('the upstreams', () => {
  const commands: string[] = [];
  const told: BreakerCommand[] = [];
  let statuses: UpstreamStatus[];
  let admin: AdminGateway;

  /** Knows `shop` and `quiet`, and does as it is told. */
  function command(word: 'trip' | 'reset', name: string): boolean {
    commands.push(`${word} ${name}`);
    statuses = statuses.map((status) =>
      status.name === name
        ? {
            ...status,
            breaker: {
              ...status.breaker,
              state: word === 'trip' ? 'open' : 'closed',
              isTripped: word === 'trip',
              probeAtMs: undefined,
            },
          }
        : status,
    );
    return statuses.some((status) => status.name === name);
  }

  beforeEach(async () => {
    commands.length = 0;
    told.length = 0;
    statuses = [shop, quiet];
    admin = await adminGateway({
      onBreakerCommand: (command) => told.push(command),
      fleet: fleetOf(2, {}, replicas),
      upstreams: {
        status: () => statuses,
        trip: (name) => command('trip', name),
        reset: (name) => command('reset', name),
      },
    });
  });

  it('tell their breakers and targets, with the time to hold them against', async () => {
    admin.clock.nowMs = SINCE_MS + 1_000;
    const { status, body, header } = await admin.request('GET', '/upstream-status');
    expect(status).toBe(200);
    expect(header('cache-control')).toBe('no-store');
    expect(body).toEqual({
      server_time: '2030-01-01T00:00:01.000Z',
      items: [
        {
          name: 'shop',
          breaker: {
            state: 'open',
            tripped: false,
            since: '2030-01-01T00:00:00.000Z',
            probe_at: '2030-01-01T00:00:05.000Z',
            requests: 40,
            failures: 30,
            slow: 2,
          },
          upgraded: 3,
          retries: 4,
          targets: [
            {
              url: 'http://shop.test:8080',
              weight: 2,
              health: 'unhealthy',
              health_fault: 'status 503',
              ejected_until: '2030-01-01T00:00:10.000Z',
              in_flight: 1,
              requests: 100,
              failures: 30,
              addresses: ['192.0.2.7'],
            },
          ],
          replicas: [
            { replica: 'one', state: 'open', tripped: false },
            { replica: 'two', state: 'closed', tripped: false },
          ],
        },
        expect.objectContaining({
          name: 'quiet',
          breaker: expect.objectContaining({ state: 'closed', probe_at: null }),
          targets: [
            expect.objectContaining({ health: 'unknown', health_fault: null, ejected_until: null }),
          ],
          replicas: [
            { replica: 'one', state: 'closed', tripped: false },
            { replica: 'two', state: 'half-open', tripped: false },
          ],
        }),
      ],
    });
  });

  it('are tripped and reset by name, and tell what came of it', async () => {
    const tripped = await admin.request('POST', '/upstreams/quiet/trip');
    expect(tripped).toMatchObject({
      status: 200,
      body: {
        name: 'quiet',
        breaker: { state: 'open', tripped: true },
        replicas: [{ replica: 'one', state: 'open', tripped: true }, { replica: 'two' }],
      },
    });
    const reset = await admin.request('POST', '/upstreams/quiet/reset');
    expect(reset).toMatchObject({
      status: 200,
      body: { name: 'quiet', breaker: { state: 'closed', tripped: false } },
    });
    expect(commands).toEqual(['trip quiet', 'reset quiet']);
  });

  it('leave word of who tripped and who reset them', async () => {
    const cookie = await admin.signIn('ann');
    const session = { headers: { authorization: undefined, cookie } };
    await admin.request('POST', '/upstreams/shop/trip', session);
    const bearer = { headers: { 'x-floodgate-author': 'bob' } };
    await admin.request('POST', '/upstreams/shop/reset', bearer);
    expect(told).toEqual([
      { kind: 'trip', upstream: 'shop', author: 'ann' },
      { kind: 'reset', upstream: 'shop', author: 'bob' },
    ]);
  });

  it.each(['trip', 'reset'])('are not found by a name that none has: %s', async (word) => {
    const { status, body } = await admin.request('POST', `/upstreams/nobody/${word}`);
    expect(status).toBe(404);
    expect(body.detail).toBe('There is no upstream nobody.');
    expect(told).toEqual([]);
  });

  it.each([
    ['GET', '/upstream-status'],
    ['POST', '/upstreams/shop/trip'],
    ['POST', '/upstreams/shop/reset'],
  ])('are for admins alone: %s %s', async (method, path) => {
    const { status } = await admin.request(method, path, { headers: { authorization: undefined } });
    expect(status).toBe(401);
    expect(commands).toEqual([]);
  });

  it('are not tripped by a page of another origin', async () => {
    const cookie = await admin.signIn();
    const { status } = await admin.request('POST', '/upstreams/shop/trip', {
      headers: { authorization: undefined, cookie, origin: 'https://evil.test' },
    });
    expect(status).toBe(403);
    expect(commands).toEqual([]);
  });
});
