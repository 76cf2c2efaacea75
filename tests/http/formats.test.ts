import { describe, expect, it } from 'vitest';
import {
  appendCorsHeaders,
  type Call,
  ceilSeconds,
  rateLimitField,
  rateLimitPolicyField,
  requestIdOf,
} from '../../lib/http';

function callWith(headers: Readonly<Record<string, string>>, method = 'GET'): Call {
  return {
    method,
    path: '/',
    query: '',
    peerAddress: '192.0.2.1',
    header: (name) => headers[name],
    body: async () => '',
  };
}

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe('RateLimit fields', () => {
  it('state a policy and what is left of it', () => {
    expect(rateLimitPolicyField([{ name: 'stock-price', quota: 5, windowMs: 10_000 }])).toBe(
      '"stock-price";q=5;w=10',
    );
    expect(rateLimitField([{ limit: { name: 'stock-price' }, remaining: 3, resetMs: 6_001 }])).toBe(
      '"stock-price";r=3;t=7',
    );
  });

  it('list one member per limit', () => {
    expect(
      rateLimitField([
        { limit: { name: 'second' }, remaining: 1, resetMs: 900 },
        { limit: { name: 'day' }, remaining: 40, resetMs: 3_600_000 },
      ]),
    ).toBe('"second";r=1;t=1, "day";r=40;t=3600');
  });

  it.each([
    [0, 0],
    [1, 1],
    [1_000, 1],
    [1_001, 2],
  ])('round %d ms up to %d s', (ms, seconds) => {
    expect(ceilSeconds(ms)).toBe(seconds);
  });
});

describe('request ids', () => {
  it.each(['abc', 'A-Z.a_z:0-9', 'x'.repeat(128)])('keep %s', (id) => {
    expect(requestIdOf(callWith({ 'x-request-id': id }))).toBe(id);
  });

  it('are taken from X-Correlation-ID too', () => {
    expect(requestIdOf(callWith({ 'x-correlation-id': 'trace-7' }))).toBe('trace-7');
  });

  it.each(['', 'x'.repeat(129), 'a b', 'a\r\nSet-Cookie: b', '<img>', 'ümlaut'])(
    'replace %j by a new UUIDv7',
    (id) => {
      expect(requestIdOf(callWith({ 'x-request-id': id }))).toMatch(UUID_V7);
    },
  );
});

describe('CORS', () => {
  const headersFor = (origins: '*' | string[], call: Call) => {
    const headers: string[] = [];
    appendCorsHeaders(headers, origins, call, 'GET, HEAD, OPTIONS');
    return headers;
  };

  it('is off without configured origins', () => {
    expect(headersFor([], callWith({ origin: 'https://a.example' }))).toEqual([]);
  });

  it('lets a configured origin read the rate-limit fields', () => {
    const headers = headersFor(['https://a.example'], callWith({ origin: 'https://a.example' }));
    expect(headers).toContain('https://a.example');
    expect(headers.join(' ')).toContain('RateLimit-Policy');
  });

  it('tells other origins nothing but keeps caches apart', () => {
    expect(headersFor(['https://a.example'], callWith({ origin: 'https://b.example' }))).toEqual([
      'Vary',
      'Origin',
    ]);
  });

  it('answers a preflight', () => {
    const preflight = callWith(
      { origin: 'https://a.example', 'access-control-request-headers': 'x-api-key' },
      'OPTIONS',
    );
    const headers = headersFor('*', preflight);
    expect(headers).toContain('Access-Control-Allow-Methods');
    expect(headers).toContain('x-api-key');
  });
});
