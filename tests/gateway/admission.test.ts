import { describe, expect, it } from 'vitest';
import { newApiKey } from '../../lib/identity';
import { createMemoryStore } from '../../lib/limiter';
import type { ConfigurationInput } from '../../lib/policy';
import { bodyOf, callTo, field, gatewayOver } from '../support/gateway';
import { perHour, policy } from '../support/policies';

/** Seven seconds into a ten-second window. */
const NOW_MS = 1_795_262_407_000;

/** A gateway under these policies alone. */
function gatewayUnder(configuration: ConfigurationInput) {
  const gateway = gatewayOver(createMemoryStore({ now: () => NOW_MS }));
  gateway.configure(configuration);
  return gateway;
}

async function statusesOf(
  gateway: ReturnType<typeof gatewayUnder>,
  calls: readonly ReturnType<typeof callTo>[],
): Promise<number[]> {
  const statuses: number[] = [];
  for (const call of calls) statuses.push((await gateway.handle(call)).status);
  return statuses;
}

const three = (target: string, options: Parameters<typeof callTo>[1] = {}) =>
  [1, 2, 3].map(() => callTo(target, options));

describe('a policy', () => {
  it('limits what nothing answers too: a scan costs as much as a request', async () => {
    const gateway = gatewayUnder({ policies: [policy('api')] });
    expect(await statusesOf(gateway, three('/api/nothing'))).toEqual([404, 404, 429]);
  });

  it('does not hold health, rate-status or the documentation', async () => {
    const gateway = gatewayUnder({ policies: [policy('all', { match: { paths: ['/*'] } })] });
    const targets = ['/health', '/health/live', '/health/ready'];
    for (const target of targets) {
      expect(await statusesOf(gateway, three(target))).toEqual([200, 200, 200]);
    }
    expect(await statusesOf(gateway, three('/ping'))).toEqual([200, 200, 429]);
  });

  it('names itself and its limit in a refusal', async () => {
    const gateway = gatewayUnder({ policies: [policy('api')] });
    await statusesOf(gateway, three('/api/x'));
    const reply = await gateway.handle(callTo('/api/x'));
    expect(bodyOf(reply)).toMatchObject({
      'violated-policies': ['api'],
      policy: { name: 'api', algorithm: 'fixed-window', limit: 2, window_seconds: 3_600 },
    });
  });

  it.each(['/API/x', '/api/x', '/Api/X', '/api/x;jsessionid=1', '/api;v=1/x', '/api/x.'])(
    'is met by %s as by every other spelling',
    async (path) => {
      const gateway = gatewayUnder({
        policies: [policy('x', { match: { paths: ['/api/x'] }, limits: [perHour(1)] })],
      });
      expect(gateway.snapshot().policiesFor(callTo('/api/x'))).toHaveLength(1);
      expect(gateway.snapshot().policiesFor(callTo(path))).toHaveLength(1);
    },
  );

  it('holds HEAD like GET', async () => {
    const gateway = gatewayUnder({
      policies: [policy('gets', { match: { paths: ['/*'], methods: ['GET'] } })],
    });
    const head = { method: 'HEAD' };
    const calls = [callTo('/ping'), callTo('/ping', head), callTo('/ping', head)];
    expect(await statusesOf(gateway, calls)).toEqual([200, 200, 429]);
  });

  it('in shadow decides and counts, tells the client nothing, and refuses nobody', async () => {
    const gateway = gatewayUnder({ policies: [policy('trial', { mode: 'shadow' })] });
    expect(await statusesOf(gateway, three('/api/x'))).toEqual([404, 404, 404]);
    const reply = await gateway.handle(callTo('/api/x'));
    expect(field(reply, 'RateLimit')).toBeUndefined();
    expect(gateway.decisions.counts.get('trial')).toEqual({ allowed: 2, denied: 0, wouldDeny: 2 });
  });

  it('that is off does nothing', async () => {
    const gateway = gatewayUnder({ policies: [policy('none', { mode: 'off' })] });
    expect(await statusesOf(gateway, three('/api/x'))).toEqual([404, 404, 404]);
    expect(gateway.decisions.counts.size).toBe(0);
  });

  it('leaves those alone whom it exempts', async () => {
    const gateway = gatewayUnder({
      policies: [policy('api', { exempt: { cidrs: ['203.0.113.0/28'] } })],
    });
    expect(await statusesOf(gateway, three('/api/x'))).toEqual([404, 404, 404]);
    const stranger = { peerAddress: '198.51.100.1' };
    expect(await statusesOf(gateway, three('/api/x', stranger))).toEqual([404, 404, 429]);
  });

  it('refuses those on its deny list with 403, by name and without counting', async () => {
    const gateway = gatewayUnder({
      policies: [policy('api', { deny: { cidrs: ['203.0.113.7'] } })],
    });
    const reply = await gateway.handle(callTo('/api/x'));
    expect(reply.status).toBe(403);
    expect(bodyOf(reply)).toMatchObject({ title: 'Forbidden', policy: { name: 'api' } });
    expect(gateway.decisions.counts.get('api')).toEqual({ allowed: 0, denied: 1, wouldDeny: 0 });
  });

  it('charges what a request says it costs, and refuses what is no cost', async () => {
    const gateway = gatewayUnder({
      policies: [
        policy('units', {
          limits: [perHour(10)],
          cost: { from: 'header', name: 'x-units', min: 1, max: 5 },
        }),
      ],
    });
    const costing = (units: string) => callTo('/api/x', { headers: { 'x-units': units } });
    const first = await gateway.handle(costing('4'));
    expect(field(first, 'X-RateLimit-Remaining')).toBe('6');
    for (const bad of ['0', '6', '-1', '1e3', '1abc', 'NaN', '']) {
      const reply = await gateway.handle(costing(bad));
      expect([bad, reply.status]).toEqual([bad, 400]);
      expect(bodyOf(reply)).toMatchObject({ errors: [{ path: 'header.x-units' }] });
    }
    const plain = await gateway.handle(callTo('/api/x'));
    expect(field(plain, 'X-RateLimit-Remaining')).toBe('5');
  });
});

describe('several policies', () => {
  const both: ConfigurationInput = {
    policies: [
      policy('everybody', { scope: [], limits: [perHour(5)] }),
      policy('each', { scope: ['ip'], limits: [perHour(2)] }),
    ],
  };

  it('apply together, and a request that one denies counts for none', async () => {
    const gateway = gatewayUnder(both);
    expect(await statusesOf(gateway, three('/api/x'))).toEqual([404, 404, 429]);
    const other = await gateway.handle(callTo('/api/x', { peerAddress: '198.51.100.1' }));
    expect(field(other, 'RateLimit')).toBe('"each";r=1;t=3593, "everybody";r=2;t=3593');
    expect(field(other, 'RateLimit-Policy')).toBe('"each";q=2;w=3600, "everybody";q=5;w=3600');
  });

  it('say in the older fields what is nearest to its end', async () => {
    const gateway = gatewayUnder(both);
    await gateway.handle(callTo('/api/x'));
    const reply = await gateway.handle(callTo('/api/x'));
    expect(field(reply, 'X-RateLimit-Limit')).toBe('2');
    expect(field(reply, 'X-RateLimit-Remaining')).toBe('0');
  });

  it('end at the first final one', async () => {
    const gateway = gatewayUnder({
      policies: [
        policy('special', { priority: 10, final: true, limits: [perHour(3)] }),
        policy('general', { limits: [perHour(1)] }),
      ],
    });
    expect(await statusesOf(gateway, three('/api/x'))).toEqual([404, 404, 404]);
  });
});

describe('callers with credentials', () => {
  const { id, key, hash } = newApiKey();
  const configuration: ConfigurationInput = {
    policies: [
      policy('api', {
        scope: ['identity'],
        limits: [perHour(1)],
        overrides: [
          { tier: 'premium', limits: [perHour(2)] },
          { tier: 'internal', limits: [] },
        ],
      }),
    ],
    tiers: [{ name: 'premium' }, { name: 'internal' }],
    clients: [{ name: 'acme', tier: 'premium' }],
    keys: [{ id, hash, client: 'acme', created_at: '2026-01-01T00:00:00Z' }],
  };
  const withKey = { headers: { 'x-api-key': key } };

  it('have counters of their own and the limits of their tier', async () => {
    const gateway = gatewayUnder(configuration);
    expect(await statusesOf(gateway, three('/api/x', withKey))).toEqual([404, 404, 429]);
    expect(await statusesOf(gateway, three('/api/x'))).toEqual([404, 429, 429]);
  });

  it('have no limits where their tier has none', async () => {
    const [acme] = configuration.clients ?? [];
    const gateway = gatewayUnder({
      ...configuration,
      clients: [{ ...acme, name: 'acme', tier: 'internal' }],
    });
    expect(await statusesOf(gateway, three('/api/x', withKey))).toEqual([404, 404, 404]);
  });

  it('are refused when their key does not hold, and held when they keep trying', async () => {
    const gateway = gatewayUnder(configuration);
    const wrong = {
      headers: { 'x-api-key': `${key.slice(0, -1)}${key.endsWith('A') ? 'B' : 'A'}` },
    };
    const reply = await gateway.handle(callTo('/api/x', wrong));
    expect(reply.status).toBe(401);
    expect(field(reply, 'WWW-Authenticate')).toContain('Bearer realm="floodgate"');
    expect(reply.body).not.toContain(key);
    expect(await statusesOf(gateway, three('/api/x', wrong))).toEqual([401, 401, 429]);
    // Those whose credentials hold are not held for others behind the same address.
    expect(await statusesOf(gateway, [callTo('/api/x', withKey)])).toEqual([404]);
  });

  it('lose their access with the next configuration', async () => {
    const gateway = gatewayUnder(configuration);
    expect(await statusesOf(gateway, [callTo('/api/x', withKey)])).toEqual([404]);
    const revoked = (configuration.keys ?? []).map((record) => ({
      ...record,
      revoked_at: '2026-11-21T00:00:00Z',
    }));
    gateway.configure({ ...configuration, keys: revoked });
    expect(await statusesOf(gateway, [callTo('/api/x', withKey)])).toEqual([401]);
  });
});

describe('refusals', () => {
  it('are held back where credentials are tried by asking for the status', async () => {
    const gateway = gatewayUnder({ policies: [policy('ping', { match: { paths: ['/ping'] } })] });
    const { key } = newApiKey();
    const wrong = { headers: { 'x-api-key': key } };
    const statuses = await statusesOf(
      gateway,
      [1, 2, 3, 4].map(() => callTo('/api/v1/rate-status?path=/ping', wrong)),
    );
    expect(statuses).toEqual([401, 401, 401, 429]);
  });

  it('say for whom the limit was that denied for longest', async () => {
    const gateway = gatewayUnder({
      policies: [
        policy('mine', { limits: [{ algorithm: 'fixed-window', quota: 1, window_ms: 10_000 }] }),
        policy('ours', { scope: [], limits: [perHour(1)] }),
      ],
    });
    await gateway.handle(callTo('/api/x'));
    const reply = await gateway.handle(callTo('/api/x'));
    expect(bodyOf(reply)).toMatchObject({
      detail: expect.stringMatching(/^all has used all 1 requests that ours allows/),
      'violated-policies': ['mine', 'ours'],
    });
  });

  it('and answers of the exempt are nothing for a cache', async () => {
    const gateway = gatewayUnder({
      policies: [policy('api', { exempt: { cidrs: ['203.0.113.7'] } })],
    });
    expect(field(await gateway.handle(callTo('/api/x')), 'Cache-Control')).toBe('no-store');
  });

  it('keep no more of a request than a person reads', async () => {
    const gateway = gatewayUnder({ policies: [policy('api')] });
    const reply = await gateway.handle(
      callTo(`/api/${'x'.repeat(8_000)}`, {
        headers: { host: `${'h'.repeat(8_000)}.example.org` },
      }),
    );
    const recorded = gateway.decisions.find(field(reply, 'X-Request-Id') ?? '');
    expect(recorded?.path).toHaveLength(512);
    expect(recorded?.host).toHaveLength(256);
  });
});

describe('slots', () => {
  const seats = (quota: number) => ({
    algorithm: 'concurrency' as const,
    quota,
    lease_ms: 3_600_000,
  });
  const left = async (gateway: ReturnType<typeof gatewayUnder>, name: string) => {
    const limiter = gateway.snapshot().policy(name)?.limiterFor(undefined);
    const decision = await limiter?.peek('203.0.113.7');
    return decision && decision.source !== 'fallback' ? decision.binding.remaining : undefined;
  };

  it.each([
    ['when a request is answered', {}],
    ['in shadow', { mode: 'shadow' as const }],
  ])('are given back %s', async (_, changes) => {
    const gateway = gatewayUnder({
      policies: [policy('seats', { limits: [seats(2)], ...changes })],
    });
    for (let i = 0; i < 5; i++) await gateway.handle(callTo('/api/x'));
    expect(await left(gateway, 'seats')).toBe(2);
  });

  it('are given back when another policy denies', async () => {
    const gateway = gatewayUnder({
      policies: [
        policy('seats', { limits: [seats(2)], mode: 'shadow' }),
        policy('tight', { limits: [perHour(1)] }),
      ],
    });
    for (let i = 0; i < 5; i++) await gateway.handle(callTo('/api/x'));
    expect(await left(gateway, 'seats')).toBe(2);
  });
});

describe('a change of configuration', () => {
  it('applies to the next request and keeps the counters of what it leaves alone', async () => {
    const gateway = gatewayUnder({
      policies: [policy('a'), policy('b', { match: { paths: ['/ping'] } })],
    });
    await gateway.handle(callTo('/ping'));
    await gateway.handle(callTo('/api/x'));
    gateway.configure({
      policies: [
        policy('a', { limits: [perHour(1)] }),
        policy('b', { match: { paths: ['/ping'] } }),
      ],
    });
    expect(await statusesOf(gateway, [callTo('/api/x'), callTo('/ping'), callTo('/ping')])).toEqual(
      [429, 200, 429],
    );
  });
});
