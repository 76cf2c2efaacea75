import { beforeEach, describe, expect, it } from 'vitest';
import type { Reply } from '../../lib/http';
import { newApiKey } from '../../lib/identity';
import { createMemoryStore } from '../../lib/limiter';
import { bodyOf, callTo, field, gatewayOver, type TestGateway } from '../support/gateway';
import { policy } from '../support/policies';

const PROXY = '10.0.0.1';
const CLIENT = '203.0.113.7';

type Fields = Readonly<Record<string, string>>;

const ORIGINAL: Fields = {
  'x-forwarded-method': 'GET',
  'x-forwarded-uri': '/api/orders?page=2',
  'x-forwarded-host': 'shop.example.org',
  'x-forwarded-for': CLIENT,
};

let gateway: TestGateway;
beforeEach(() => {
  gateway = gatewayOver(createMemoryStore(), {}, [], { trustedProxies: [PROXY] });
  gateway.configure({ policies: [policy('orders')] });
});

async function judge(
  fields: Fields = ORIGINAL,
  peerAddress = PROXY,
  method = 'GET',
): Promise<Reply> {
  return gateway.handle(callTo('/api/v1/forward-auth', { headers: fields, peerAddress, method }));
}

const without = (...names: string[]): Fields =>
  Object.fromEntries(Object.entries(ORIGINAL).filter(([name]) => !names.includes(name)));

describe('the judgement of a request', () => {
  it('lets it pass with its limits and without a body', async () => {
    const reply = await judge();
    expect(reply.status).toBe(200);
    expect(reply.body ?? '').toBe('');
    expect(field(reply, 'Content-Length')).toBe('0');
    expect(field(reply, 'RateLimit-Policy')).toBe('"orders";q=2;w=3600');
    expect(field(reply, 'X-RateLimit-Remaining')).toBe('1');
    expect(field(reply, 'Cache-Control')).toBe('no-store');
    expect(field(reply, 'X-Request-Id')).toBeDefined();
  });

  it('refuses it as the gateway would, in the name of its own path', async () => {
    await judge();
    await judge();
    const denied = await judge();
    expect(denied.status).toBe(429);
    expect(Number(field(denied, 'Retry-After'))).toBeGreaterThanOrEqual(1);
    expect(bodyOf(denied)).toMatchObject({ instance: '/api/orders', status: 429 });
  });

  it.each(['HEAD', 'POST', 'PATCH', 'OPTIONS'])(
    'is the same when asked for by %s',
    async (method) => {
      await judge();
      const second = await judge(ORIGINAL, PROXY, method);
      const third = await judge(ORIGINAL, PROXY, method);
      expect([second.status, third.status]).toEqual([200, 429]);
    },
  );

  it('counts by the client behind the proxy', async () => {
    await judge();
    await judge();
    const other = await judge({ ...ORIGINAL, 'x-forwarded-for': '198.51.100.1' });
    expect(other.status).toBe(200);
  });

  it('goes by the original method, host, path and query, not by its own', async () => {
    const match = {
      hosts: ['shop.example.org'],
      paths: ['/api/orders'],
      methods: ['POST' as const],
    };
    const limits = [{ algorithm: 'fixed-window' as const, quota: 10, window_ms: 60_000 }];
    const cost = { from: 'query' as const, name: 'n', max: 5 };
    gateway.configure({ policies: [policy('paid', { match, limits, cost })] });
    const remaining = async (fields: Fields) =>
      field(
        await judge({ ...ORIGINAL, 'x-forwarded-method': 'POST', ...fields }),
        'X-RateLimit-Remaining',
      );
    expect(await remaining({ 'x-forwarded-uri': '/api/orders?n=4' })).toBe('6');
    expect(await remaining({ 'x-forwarded-host': 'other.example.org' })).toBeUndefined();
    expect(await remaining({ 'x-forwarded-method': 'GET' })).toBeUndefined();
    expect(await remaining({ 'x-forwarded-uri': '/api/others' })).toBeUndefined();
    expect(await remaining({ 'x-forwarded-uri': '//API/./x/../%6frders/?n=1' })).toBe('5');
  });

  it('counts by the route that the path has', async () => {
    gateway.configure({
      policies: [policy('by-route', { scope: ['route'] })],
      upstreams: [{ name: 'shop', targets: [{ url: 'http://127.0.0.1:9' }] }],
      routes: [{ name: 'orders', upstream: 'shop', match: { paths: ['/api/orders/*'] } }],
    });
    const statuses = [];
    for (const path of ['/api/orders/1', '/api/orders/2', '/api/orders/3', '/api/elsewhere']) {
      statuses.push((await judge({ ...ORIGINAL, 'x-forwarded-uri': path })).status);
    }
    expect(statuses).toEqual([200, 200, 429, 200]);
  });

  it('tells whose key it came with', async () => {
    const { key, id, hash } = newApiKey();
    gateway.configure({
      tiers: [{ name: 'gold' }],
      clients: [{ name: 'acme', user: 'jörg 100%', tier: 'gold' }],
      keys: [{ id, client: 'acme', hash, created_at: '2026-01-01T00:00:00.000Z' }],
    });
    const reply = await judge({ ...ORIGINAL, 'x-api-key': key });
    expect(reply.status).toBe(200);
    expect(field(reply, 'X-Floodgate-User')).toBe('j%C3%B6rg%20100%25');
    expect(field(reply, 'X-Floodgate-Tier')).toBe('gold');
    expect(field(reply, 'X-Floodgate-Key-Id')).toBe(id);
  });

  it('tells nothing of who sends no key, and keeps caches away all the same', async () => {
    gateway.configure({});
    const reply = await judge({ ...ORIGINAL, 'x-floodgate-user': 'root' });
    expect(reply.status).toBe(200);
    expect(field(reply, 'X-Floodgate-User')).toBeUndefined();
    expect(field(reply, 'Cache-Control')).toBe('no-store');
  });

  it('is 401 for a key that holds nothing', async () => {
    const reply = await judge({ ...ORIGINAL, 'x-api-key': 'fg_nothing' });
    expect(reply.status).toBe(401);
    expect(field(reply, 'WWW-Authenticate')).toBeDefined();
  });

  it('holds no place of a concurrency limit', async () => {
    const limits = [{ algorithm: 'concurrency' as const, quota: 1, lease_ms: 60_000 }];
    gateway.configure({ policies: [policy('places', { limits })] });
    expect((await judge()).status).toBe(200);
    expect((await judge()).status).toBe(200);
  });

  it('is kept for those who ask why', async () => {
    await judge({ ...ORIGINAL, 'x-request-id': 'abc' });
    expect(gateway.decisions.find('abc')).toMatchObject({
      method: 'GET',
      path: '/api/orders',
      host: 'shop.example.org',
      status: 200,
      caller: { ip: CLIENT },
    });
    expect(gateway.decisions.counts.get('orders')).toMatchObject({ allowed: 1, denied: 0 });
  });
});

describe('who may ask for a judgement', () => {
  it('is no one but trusted proxies, and others spend nothing', async () => {
    const reply = await judge(ORIGINAL, '10.0.0.2');
    expect(reply.status).toBe(403);
    expect(bodyOf(reply)).toMatchObject({ detail: expect.stringContaining('TRUSTED_PROXIES') });
    expect(field(await judge(), 'X-RateLimit-Remaining')).toBe('1');
  });

  it('is nobody by default', async () => {
    gateway = gatewayOver(createMemoryStore());
    expect((await judge()).status).toBe(403);
    expect((await judge(ORIGINAL, '127.0.0.1')).status).toBe(403);
  });
});

describe('the description of the original request', () => {
  const nginx: Fields = {
    'x-original-method': 'GET',
    'x-original-uri': '/api/orders?page=2',
    'x-forwarded-host': 'shop.example.org',
    'x-forwarded-for': CLIENT,
  };

  it.each<[string, Fields]>([
    ['X-Forwarded-…', ORIGINAL],
    ['X-Original-URI', nginx],
    [
      'X-Original-URL',
      {
        'x-original-method': 'GET',
        'x-original-url': 'https://shop.example.org/api/orders?page=2',
        'x-forwarded-for': CLIENT,
      },
    ],
    ['both, saying the same', { ...ORIGINAL, ...nginx }],
  ])('is read from %s', async (_, fields) => {
    const reply = await judge(fields);
    expect([reply.status, field(reply, 'RateLimit')?.slice(0, 12)]).toEqual([200, '"orders";r=1']);
  });

  it.each<[string, Fields, string]>([
    ['no method', without('x-forwarded-method'), 'x-forwarded-method'],
    ['no target', without('x-forwarded-uri'), 'x-forwarded-uri'],
    ['no host', without('x-forwarded-host'), 'x-forwarded-host'],
    ['no client', without('x-forwarded-for'), 'x-forwarded-for'],
    ['a method in lower case', { ...ORIGINAL, 'x-forwarded-method': 'get' }, 'x-forwarded-method'],
    ['two methods', { ...ORIGINAL, 'x-forwarded-method': 'GET, GET' }, 'x-forwarded-method'],
    ['two targets', { ...ORIGINAL, 'x-forwarded-uri': '/a, /b' }, 'x-forwarded-uri'],
    ['an encoded slash', { ...ORIGINAL, 'x-forwarded-uri': '/a%2fb' }, 'x-forwarded-uri'],
    ['a way above the root', { ...ORIGINAL, 'x-forwarded-uri': '/../a' }, 'x-forwarded-uri'],
    ['a target with a host', { ...ORIGINAL, 'x-forwarded-uri': 'http://a/' }, 'x-forwarded-uri'],
    [
      'a long target',
      { ...ORIGINAL, 'x-forwarded-uri': `/${'a'.repeat(9_000)}` },
      'x-forwarded-uri',
    ],
    ['two hosts', { ...ORIGINAL, 'x-forwarded-host': 'a.org, b.org' }, 'x-forwarded-host'],
    [
      'another method of a client',
      { ...ORIGINAL, 'x-original-method': 'PUT' },
      'x-original-method',
    ],
    ['another target of a client', { ...ORIGINAL, 'x-original-uri': '/free' }, 'x-original-uri'],
    [
      'another query of a client',
      { ...ORIGINAL, 'x-original-uri': '/api/orders' },
      'x-original-uri',
    ],
    [
      'another host of a client',
      { ...ORIGINAL, 'x-original-url': 'http://free.example.org/api/orders?page=2' },
      'x-original-url',
    ],
  ])('is refused and spends nothing with %s', async (_, fields, at) => {
    const reply = await judge(fields);
    expect(reply.status).toBe(400);
    expect(bodyOf(reply)).toMatchObject({ errors: [{ path: `header.${at}` }] });
    expect(field(await judge(), 'X-RateLimit-Remaining')).toBe('1');
  });
});
