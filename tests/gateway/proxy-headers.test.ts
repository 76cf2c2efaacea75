import { once } from 'node:events';
import { get, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { json } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { forwardedTarget } from '../../lib/gateway/proxy/forwarded-path';
import { isTraceparent, newTraceparent } from '../../lib/gateway/proxy/trace-context';
import { parseTarget } from '../../lib/http';
import { newApiKey } from '../../lib/identity';
import {
  type Origin,
  origin,
  type Proxied,
  type ProxiedOptions,
  proxied,
} from '../support/proxied';

let service: Origin | undefined;
let gateway: Proxied | undefined;

/** What the upstream gets of a request with these fields. */
async function forwarded(
  headers: Record<string, string | string[]>,
  options: Omit<ProxiedOptions, 'targets'> = {},
  localAddress = '127.0.0.1',
): Promise<IncomingHttpHeaders> {
  service = await origin((request, response) => response.end(JSON.stringify(request.headers)));
  gateway = await proxied({ targets: [service.url], ...options });
  const asked = get(gateway.url, { headers, localAddress });
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  return (await json(response)) as IncomingHttpHeaders;
}

afterEach(async () => {
  await gateway?.close();
  await service?.close();
});

describe('the fields that an upstream gets', () => {
  it('say where the request came from, whatever its client claims', async () => {
    const seen = await forwarded({
      Host: 'api.example.org',
      'X-Forwarded-For': '192.0.2.1',
      'X-Forwarded-Host': 'evil.example',
      'X-Forwarded-Proto': 'https',
      'X-Forwarded-Port': '1',
      'X-Real-IP': '192.0.2.1',
      Forwarded: 'for=192.0.2.1',
      X_Forwarded_For: '192.0.2.1',
      'X-Floodgate-User': 'root',
      X_Floodgate_Tier: 'premium',
    });
    expect(seen).toMatchObject({
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-host': 'api.example.org',
      'x-forwarded-proto': 'http',
      forwarded: 'for=127.0.0.1;host="api.example.org";proto=http',
    });
    expect(JSON.stringify(seen)).not.toMatch(/192\.0\.2\.1|evil|root|premium/);
  });

  it('go on with what a trusted proxy has written', async () => {
    const seen = await forwarded(
      {
        Host: 'inner.example',
        'X-Forwarded-For': '203.0.113.9',
        'X-Forwarded-Host': 'api.example.org',
        'X-Forwarded-Proto': 'https',
        Forwarded: 'for=203.0.113.9',
      },
      { trustedProxies: ['127.0.0.0/8'] },
    );
    expect(seen).toMatchObject({
      'x-forwarded-for': '203.0.113.9, 127.0.0.1',
      'x-forwarded-host': 'api.example.org',
      'x-forwarded-proto': 'https',
      forwarded: 'for=203.0.113.9, for=127.0.0.1;host="inner.example";proto=https',
    });
  });

  it('tell by Forwarded too whom a trusted proxy has told of by X-Forwarded-For', async () => {
    const seen = await forwarded(
      { Host: 'inner.example', 'X-Forwarded-For': '203.0.113.9, 2001:db8::9, "x";a=b' },
      { trustedProxies: ['127.0.0.0/8'] },
    );
    expect(seen.forwarded).toBe(
      'for=203.0.113.9, for="[2001:db8::9]", for=unknown, for=127.0.0.1;host="inner.example";proto=http',
    );
  });

  it('leave out what ends at this hop, and what Connection names', async () => {
    const seen = await forwarded({
      Connection: 'keep-alive, X-Secret-Hop',
      'X-Secret-Hop': '1',
      'Keep-Alive': 'timeout=1',
      'Proxy-Authorization': 'Basic abc',
      'Proxy-Connection': 'keep-alive',
      TE: 'trailers',
      'X-Kept': '1',
    });
    expect(seen['x-kept']).toBe('1');
    for (const name of [
      'x-secret-hop',
      'keep-alive',
      'proxy-authorization',
      'proxy-connection',
      'te',
    ]) {
      expect([name, seen[name]]).toEqual([name, undefined]);
    }
  });

  it('keep what Connection must not take away', async () => {
    const seen = await forwarded({
      Connection: 'X-Forwarded-For, Authorization, Cookie, Host, X-Request-Id, Via',
      Authorization: 'Basic abc',
      Cookie: 'a=1',
    });
    expect(seen).toMatchObject({
      authorization: 'Basic abc',
      cookie: 'a=1',
      'x-forwarded-for': '127.0.0.1',
      via: '1.1 floodgate',
    });
    expect(seen['x-request-id']).toBeDefined();
  });

  it.each([
    ['target', () => service?.url.slice('http://'.length)],
    ['client', () => 'api.example.org:81'],
    ['inner.example', () => 'inner.example'],
  ])('name as Host what the upstream says: %s', async (host, expected) => {
    const seen = await forwarded({ Host: 'api.example.org:81' }, { upstream: { host } });
    expect(seen.host).toBe(expected());
  });

  it('hold the ids of the request and of its trace', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const seen = await forwarded({
      'X-Request-Id': 'given',
      'X-Correlation-Id': 'alias',
      traceparent,
      tracestate: 'a=1',
      Via: '1.1 other',
    });
    expect(seen).toMatchObject({
      'x-request-id': 'given',
      'x-correlation-id': 'given',
      traceparent,
      tracestate: 'a=1',
      via: '1.1 other, 1.1 floodgate',
    });
  });

  it.each([
    {},
    { traceparent: '00-00000000000000000000000000000000-b7ad6b7169203331-01' },
    { traceparent: 'nonsense', tracestate: 'a=1' },
  ])('begin a trace where none is going on: %o', async (fields) => {
    const seen = await forwarded(fields);
    expect(seen.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    expect(seen.traceparent).toContain(String(seen['x-request-id']).replaceAll('-', ''));
    expect(seen.tracestate).toBeUndefined();
  });

  it('tell whom an API key belongs to, and not the key', async () => {
    const { id, key, hash } = newApiKey();
    const seen = await forwarded(
      { 'X-API-Key': key, Cookie: 'a=1; floodgate_session=secret; b=2' },
      {
        others: {
          tiers: [{ name: 'premium' }],
          clients: [{ name: 'acme', user: 'jürgen', tier: 'premium' }],
          keys: [{ id, hash, client: 'acme', created_at: '2026-01-01T00:00:00Z' }],
        },
      },
    );
    expect(seen).toMatchObject({
      'x-floodgate-user': 'j%C3%BCrgen',
      'x-floodgate-tier': 'premium',
      'x-floodgate-key-id': id,
      cookie: 'a=1; b=2',
    });
    expect(JSON.stringify(seen)).not.toContain(key);
    expect(JSON.stringify(seen)).not.toContain('secret');
  });
});

describe('the target that a route forwards', () => {
  const plain = { strip_prefix: '', add_prefix: '' };

  it.each([
    ['/a/b?x=1', plain, '/a/b?x=1'],
    ['/service/users/', { ...plain, strip_prefix: '/service' }, '/users/'],
    ['/service', { ...plain, strip_prefix: '/service' }, '/'],
    ['/service/', { ...plain, strip_prefix: '/service' }, '/'],
    ['/SERVICE/Users', { ...plain, strip_prefix: '/service' }, '/Users'],
    ['/service;v=1/users', { ...plain, strip_prefix: '/service' }, '/users'],
    ['/services/users', { ...plain, strip_prefix: '/service' }, '/services/users'],
    ['/a/b/c', { strip_prefix: '/a/b', add_prefix: '/v2' }, '/v2/c'],
    ['/a/b', { strip_prefix: '/a/b', add_prefix: '/v2' }, '/v2'],
    ['/users', { ...plain, add_prefix: '/v 2' }, '/v%202/users'],
    ['//service/%2e/caf%C3%A9%3F?y', { ...plain, strip_prefix: '/service' }, '/caf%C3%A9%3F?y'],
  ])('%s by %o is %s', (raw, route, target) => {
    const parsed = parseTarget(raw);
    expect(parsed && forwardedTarget(route, parsed.path, parsed.encodedPath, parsed.query)).toBe(
      target,
    );
  });
});

describe('a trace context', () => {
  it('that begins here is well-formed and its own', () => {
    const made = Array.from({ length: 100 }, () => newTraceparent());
    expect(made.every(isTraceparent)).toBe(true);
    expect(new Set(made).size).toBe(100);
  });

  it('bears the id of its request, where Floodgate made that', () => {
    const id = '01a1fe70-9a38-7867-b7b5-c358057639be';
    expect(newTraceparent(id)).toMatch(/^00-01a1fe709a387867b7b5c358057639be-[0-9a-f]{16}-01$/);
  });

  it.each([
    ['00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', true],
    ['01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more', true],
    ['ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', false],
    ['00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01', false],
    ['00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01', false],
    [`01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-${'a'.repeat(200)}`, false],
  ])('%s: %s', (value, isOne) => {
    expect(isTraceparent(value)).toBe(isOne);
  });
});
