import { describe, expect, it } from 'vitest';
import { fleetOf, sightingOf } from '../support/fleet';
import { adminGateway } from './admin-gateway';

const SEEN_MS = Date.UTC(2030, 0, 1);

describe('the replicas', () => {
  it('are told of as they are, with the time to hold it against', async () => {
    const one = sightingOf('one', { isSelf: true }, { role: 'all' });
    const two = sightingOf(
      'two',
      { state: 'silent', seenAtMs: SEEN_MS - 4_000 },
      {
        requests_per_second: 1_200.5,
        breakers: [
          { upstream: 'shop', state: 'open', tripped: true },
          { upstream: 'mail', state: 'half-open', tripped: false },
        ],
      },
    );
    const admin = await adminGateway({ fleet: fleetOf(1, {}, [one, two]) });
    admin.clock.nowMs = SEEN_MS;
    const { status, body, header } = await admin.request('GET', '/replicas');
    expect([status, header('cache-control')]).toEqual([200, 'no-store']);
    const told = {
      version: '1.0.0',
      started_at: '2030-01-01T00:00:00.000Z',
      config: { kind: 'file', status: 'ok', version: 3 },
      store: { kind: 'redis', status: 'ok', latency_ms: 0.4, since: '2030-01-01T00:00:00.000Z' },
      in_flight: 0,
      connections: 0,
      event_loop_p99_ms: 0.1,
      memory_mib: 80,
    };
    expect(body).toEqual({
      server_time: '2030-01-01T00:00:00.000Z',
      items: [
        {
          ...told,
          replica: 'one',
          instance: 'instance-of-one',
          role: 'all',
          seen_at: '2030-01-01T00:00:00.000Z',
          state: 'live',
          is_self: true,
          requests_per_second: 0,
          upstreams_open: [],
        },
        {
          ...told,
          replica: 'two',
          instance: 'instance-of-two',
          role: 'gateway',
          seen_at: '2029-12-31T23:59:56.000Z',
          state: 'silent',
          is_self: false,
          requests_per_second: 1_200.5,
          upstreams_open: ['shop', 'mail'],
        },
      ],
    });
  });

  it('are told of to admins alone', async () => {
    const admin = await adminGateway();
    const anybody = { headers: { authorization: undefined } };
    expect((await admin.request('GET', '/replicas', anybody)).status).toBe(401);
  });
});
