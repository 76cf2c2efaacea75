import { beforeEach, describe, expect, it } from 'vitest';
import type { Reply } from '../../lib/http';
import { createMemoryStore, type Store } from '../../lib/limiter';
import type { PolicyInput } from '../../lib/policy';
import { failingStore } from '../support/failing-store';
import { bodyOf, callTo, field, gatewayOver, type TestGateway } from '../support/gateway';

const OWN = '203.0.113.7';
const POLICY: PolicyInput = {
  name: 'forward',
  match: { paths: ['/forward'], methods: ['POST'] },
  limits: [{ algorithm: 'token-bucket', quota: 100, refill_tokens: 10, refill_interval_ms: 1_000 }],
};

let gateway: TestGateway;
/** Its own time stands still. */
const over = (store: Store = createMemoryStore({ now: () => 1_795_262_407_000 })) =>
  gatewayOver(store, {}, [], {
    isAdmin: (call) => call.header('cookie') === 'an admin’s',
  });
beforeEach(() => {
  gateway = over();
});

async function statusOf(ip: string, peerAddress = OWN, cookie?: string): Promise<Reply> {
  const headers = { ...(cookie !== undefined && { cookie }) };
  return gateway.handle(callTo(`/client-status/${ip}`, { peerAddress, headers }));
}

async function forward(peerAddress = OWN): Promise<Reply> {
  return gateway.handle(callTo('/forward', { method: 'POST', peerAddress }));
}

describe('client-status', () => {
  it('is the gateway’s own, and no page’s', () => {
    expect(gateway.serves(callTo(`/client-status/${OWN}`))).toBe(true);
  });

  it('tells of a full bucket, and leaves it full', async () => {
    await statusOf(OWN);
    const reply = await statusOf(OWN);
    expect(reply.status).toBe(200);
    expect(field(reply, 'Cache-Control')).toBe('no-store');
    expect(bodyOf(reply)).toEqual({
      client_ip: OWN,
      rate_limit_status: { tokens_remaining: 100, capacity: 100, refill_rate: 10 },
    });
  });

  it('tells what /forward has taken', async () => {
    for (let i = 0; i < 3; i++) await forward();
    expect(bodyOf(await statusOf(OWN))).toMatchObject({
      rate_limit_status: { tokens_remaining: 97 },
    });
  });

  it.each(['nonsense', '1.2.3', '203.0.113.7.', '0x7f.1', '203.0.113.256', 'x'.repeat(70)])(
    'knows no client %s',
    async (ip) => {
      expect((await statusOf(ip)).status).toBe(404);
    },
  );

  it('tells nobody of another address but an admin', async () => {
    await forward('198.51.100.1');
    const refused = await statusOf('198.51.100.1');
    expect(refused.status).toBe(403);
    expect(bodyOf(refused)).toMatchObject({ detail: expect.stringContaining(OWN) });
    expect(bodyOf(await statusOf('198.51.100.1', OWN, 'an admin’s'))).toMatchObject({
      rate_limit_status: { tokens_remaining: 99 },
    });
  });

  it('takes any notation of the own address, and an IPv6 one by its /64', async () => {
    await forward('2001:db8::1');
    expect(bodyOf(await statusOf('2001:DB8:0:0:1::2', '2001:db8::1'))).toEqual({
      client_ip: '2001:db8::1:0:0:2',
      rate_limit_status: { tokens_remaining: 99, capacity: 100, refill_rate: 10 },
    });
    expect((await statusOf('2001:db8:0:1::1', '2001:db8::1')).status).toBe(403);
    expect((await statusOf(`::ffff:${OWN}`)).status).toBe(200);
  });

  it.each<[string, PolicyInput['limits'], object]>([
    [
      'of a window by its average',
      [{ algorithm: 'sliding-window-counter', quota: 30, window_ms: 60_000 }],
      { tokens_remaining: 29, capacity: 30, refill_rate: 0.5 },
    ],
    [
      'of places as never refilled',
      [{ algorithm: 'concurrency', quota: 4, lease_ms: 60_000 }],
      { tokens_remaining: 4, capacity: 4, refill_rate: 0 },
    ],
    [
      'of several limits by the one nearest to exhaustion',
      [
        { algorithm: 'fixed-window', quota: 1_000, window_ms: 86_400_000 },
        { algorithm: 'gcra', quota: 5, refill_tokens: 5, refill_interval_ms: 2_000 },
      ],
      { tokens_remaining: 4, capacity: 5, refill_rate: 2.5 },
    ],
  ])('tells %s', async (_, limits, status) => {
    gateway.configure({ policies: [{ ...POLICY, limits }] });
    await forward();
    expect(bodyOf(await statusOf(OWN))).toMatchObject({ rate_limit_status: status });
  });

  it.each<[string, readonly PolicyInput[]]>([
    ['is gone', []],
    ['is off', [{ ...POLICY, mode: 'off' }]],
    ['leaves the address alone', [{ ...POLICY, exempt: { cidrs: [OWN] } }]],
  ])('is 404 with a sentence where the policy %s', async (_, policies) => {
    gateway.configure({ policies: [...policies] });
    const reply = await statusOf(OWN);
    expect(reply.status).toBe(404);
    expect(bodyOf(reply)).toMatchObject({ detail: 'No policy forward limits this address.' });
  });

  it('invents no number while the store is failing', async () => {
    gateway = over(failingStore());
    expect(bodyOf(await statusOf(OWN))).toEqual({
      client_ip: OWN,
      rate_limit_status: { tokens_remaining: null, capacity: 100, refill_rate: 10 },
    });
  });
});
