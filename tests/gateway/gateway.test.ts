import { beforeEach, describe, expect, it } from 'vitest';
import type { Reply } from '../../lib/http';
import { createMemoryStore } from '../../lib/limiter';
import { failingStore } from '../support/failing-store';
import { bodyOf, callTo, field, gatewayOver, type TestGateway } from '../support/gateway';

/** Seven seconds into a ten-second window. */
const NOW_MS = 1_795_262_407_000;
const QUOTE = '/api/v1/stock-price?ticker=aapl';

let gateway: TestGateway;
beforeEach(() => {
  gateway = gatewayOver(createMemoryStore({ now: () => NOW_MS }));
});

async function times(count: number, target: string): Promise<Reply[]> {
  const replies: Reply[] = [];
  for (let i = 0; i < count; i++) replies.push(await gateway.handle(callTo(target)));
  return replies;
}

describe('stock-price', () => {
  it('answers five of seven quick requests', async () => {
    const replies = await times(7, QUOTE);
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 429, 429]);
    expect(replies.map((reply) => field(reply, 'X-RateLimit-Remaining'))).toEqual([
      ...['4', '3', '2', '1', '0'],
      ...['0', '0'],
    ]);
  });

  it('states the limit in the IETF fields and the older ones', async () => {
    const [reply] = await times(1, QUOTE);
    if (reply === undefined) throw new Error('no reply');
    expect(field(reply, 'RateLimit-Policy')).toBe('"stock-price";q=5;w=10');
    expect(field(reply, 'RateLimit')).toBe('"stock-price";r=4;t=3');
    expect(field(reply, 'X-RateLimit-Limit')).toBe('5');
    expect(field(reply, 'X-RateLimit-Reset')).toBe('1795262410');
    expect(field(reply, 'Cache-Control')).toBe('no-store');
    expect(field(reply, 'Retry-After')).toBeUndefined();
  });

  it('tells a denied client which limit, for whom, and when to come back', async () => {
    const denied = (await times(6, QUOTE))[5];
    if (denied === undefined) throw new Error('no reply');
    expect(field(denied, 'Content-Type')).toBe('application/problem+json');
    expect(field(denied, 'Retry-After')).toBe('3');
    expect(bodyOf(denied)).toEqual({
      type: 'https://iana.org/assignments/http-problem-types#quota-exceeded',
      title: 'Too many requests',
      status: 429,
      detail:
        '203.0.113.7 has used all 5 requests that stock-price allows in each 10 s window; the next request will be allowed in 3 s.',
      instance: '/api/v1/stock-price',
      request_id: field(denied, 'X-Request-Id'),
      'violated-policies': ['stock-price'],
      policy: { name: 'stock-price', algorithm: 'fixed-window', limit: 5, window_seconds: 10 },
      retry_after_seconds: 3,
      decided_by: 'store',
    });
  });

  it.each(['', '1ABC', 'TOOLONGTICKER', 'A B', '<img>', "A'--"])(
    'refuses the ticker %j, and counts the attempt',
    async (ticker) => {
      const target = `/api/v1/stock-price?ticker=${encodeURIComponent(ticker)}`;
      const reply = await gateway.handle(callTo(target));
      expect(reply.status).toBe(400);
      expect(bodyOf(reply)).toMatchObject({ errors: [{ path: 'query.ticker' }] });
      expect(field(reply, 'X-RateLimit-Remaining')).toBe('4');
    },
  );

  it('counts each client by itself', async () => {
    await times(5, QUOTE);
    const other = await gateway.handle(callTo(QUOTE, { peerAddress: '203.0.113.8' }));
    expect(other.status).toBe(200);
  });

  it('counts HEAD like GET and answers it without a body', async () => {
    for (let i = 0; i < 5; i++) await gateway.handle(callTo(QUOTE, { method: 'HEAD' }));
    const head = await gateway.handle(callTo(QUOTE, { method: 'HEAD' }));
    expect(head.status).toBe(429);
    expect(head.body).toBeUndefined();
    expect(Number(field(head, 'Content-Length'))).toBeGreaterThan(0);
  });
});

describe('methods', () => {
  it('are listed for OPTIONS without consuming anything', async () => {
    for (let i = 0; i < 9; i++) {
      const reply = await gateway.handle(callTo('/ping', { method: 'OPTIONS' }));
      expect([reply.status, field(reply, 'Allow')]).toEqual([204, 'GET, HEAD, OPTIONS']);
    }
    expect((await gateway.handle(callTo('/ping'))).status).toBe(200);
  });

  it.each(['POST', 'PUT', 'DELETE', 'TRACE', 'get', 'constructor'])(
    '%s is refused with those allowed',
    async (method) => {
      const reply = await gateway.handle(callTo('/ping', { method }));
      expect([reply.status, field(reply, 'Allow')]).toEqual([405, 'GET, HEAD, OPTIONS']);
    },
  );
});

describe('rate-status', () => {
  it('tells what is left without taking any', async () => {
    await times(2, QUOTE);
    const first = bodyOf(await gateway.handle(callTo('/api/v1/rate-status')));
    const second = bodyOf(await gateway.handle(callTo('/api/v1/rate-status')));
    expect(first).toEqual(second);
    expect(first).toEqual({
      identifier: '203.0.113.7',
      policy: 'stock-price',
      algorithm: 'fixed-window',
      limit: 5,
      used: 2,
      remaining: 3,
      window_seconds: 10,
      reset_at: '2026-11-21T12:00:10.000Z',
      reset_in_ms: 3_000,
      key: 'ratelimit:{203.0.113.7}:179526240',
      store: 'memory',
      enforced: true,
      server_time: '2026-11-21T12:00:07.000Z',
    });
  });

  it('tells about another limited route', async () => {
    await times(1, '/ping');
    const reply = await gateway.handle(callTo('/api/v1/rate-status?path=/ping'));
    expect(bodyOf(reply)).toMatchObject({
      policy: 'ping',
      algorithm: 'token-bucket',
      remaining: 4,
    });
  });

  it.each(['/nowhere', 'ping', '/a%2fb', ''])(
    'names a limited path when asked about %j, which is none',
    async (path) => {
      const reply = await gateway.handle(
        callTo(`/api/v1/rate-status?path=${encodeURIComponent(path)}`),
      );
      expect(reply.status).toBe(400);
      expect(JSON.stringify(bodyOf(reply))).toContain('/api/v1/stock-price');
    },
  );
});

describe('health', () => {
  it('turns readiness, and only readiness, off while draining', async () => {
    gateway.replica.isDraining = true;
    const statuses = [];
    for (const path of ['/health/live', '/health/ready', '/health']) {
      statuses.push((await gateway.handle(callTo(path))).status);
    }
    expect(statuses).toEqual([200, 503, 503]);
  });
});

describe('a store that cannot answer', () => {
  const failing = failingStore();

  it('lets requests pass, marked and without invented numbers', async () => {
    gateway = gatewayOver(failing);
    const reply = await gateway.handle(callTo(QUOTE));
    expect(reply.status).toBe(200);
    expect(field(reply, 'X-RateLimit-Status')).toBe('degraded');
    expect(field(reply, 'RateLimit-Policy')).toBe('"stock-price";q=5;w=10');
    expect(field(reply, 'RateLimit')).toBeUndefined();
    expect(field(reply, 'X-RateLimit-Remaining')).toBeUndefined();
    expect(bodyOf(await gateway.handle(callTo('/api/v1/rate-status')))).toMatchObject({
      enforced: false,
      used: null,
      remaining: null,
      reset_at: null,
    });
    expect(bodyOf(await gateway.handle(callTo('/health')))).toMatchObject({ status: 'degraded' });
  });

  it('refuses with 503 where the policy fails closed', async () => {
    gateway = gatewayOver(failing, { on_store_failure: 'closed' });
    const reply = await gateway.handle(callTo(QUOTE));
    expect(reply.status).toBe(503);
    expect(field(reply, 'Retry-After')).toBe('1');
    expect(field(reply, 'X-RateLimit-Status')).toBe('degraded');
    expect(field(reply, 'Content-Type')).toBe('application/problem+json');
    expect(bodyOf(reply)).toMatchObject({
      type: 'https://iana.org/assignments/http-problem-types#temporary-reduced-capacity',
      instance: '/api/v1/stock-price',
    });
  });

  it('limits to its own share where the policy is local', async () => {
    gateway = gatewayOver(failing, { on_store_failure: 'local', replicas: 2 });
    const replies = [];
    for (let i = 0; i < 3; i++) replies.push(await gateway.handle(callTo(QUOTE)));
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 429]);
    const [first, , last] = replies;
    expect(first && field(first, 'X-RateLimit-Status')).toBe('degraded');
    expect(first && field(first, 'X-RateLimit-Limit')).toBe('2');
    expect(last && bodyOf(last)).toMatchObject({ decided_by: 'local', status: 429 });
  });

  it.each([
    ['rejects', () => Promise.reject(new TypeError('a fault of ours'))],
    [
      'throws',
      () => {
        throw new TypeError('a fault of ours');
      },
    ],
  ])('by a fault of ours that %s gives 500 and hides the reason', async (_, decide) => {
    gateway = gatewayOver({ ...failing, decide });
    const reply = await gateway.handle(callTo(QUOTE));
    expect(reply.status).toBe(500);
    expect(reply.body).not.toContain('a fault of ours');
    expect(gateway.errors).toHaveLength(1);
  });
});

describe('paths', () => {
  it('under /api/ are the gateway’s even when nothing is there', async () => {
    expect(gateway.serves(callTo('/api/nothing'))).toBe(true);
    expect(gateway.serves(callTo('/about'))).toBe(false);
    const reply = await gateway.handle(callTo('/api/nothing'));
    expect([reply.status, field(reply, 'Content-Type')]).toEqual([404, 'application/problem+json']);
  });

  it('of the control plane that this replica does not serve meet no policy', async () => {
    for (const path of ['/api/v1/admin/traffic', '/api/v1/live']) {
      const headers = { authorization: 'Bearer the-token-of-an-admin' };
      const reply = await gateway.handle(callTo(path, { headers }));
      expect([reply.status, field(reply, 'RateLimit')]).toEqual([404, undefined]);
    }
    expect(gateway.decisions.search({}, 10)).toEqual([]);
  });

  it.each(['/__proto__', '/constructor', '/api/__proto__'])(
    'like %s lead nowhere',
    async (path) => {
      expect((await gateway.handle(callTo(path))).status).toBe(404);
    },
  );
});
