import { describe, expect, it } from 'vitest';
import { CachedExchange, START_MS } from '../support/cache';

const at = (ms: number) => new Date(START_MS + ms).toUTCString();
const TAGGED = {
  headers: {
    'cache-control': 'max-age=60',
    etag: '"1"',
    'last-modified': at(-5_000),
    'x-a': 'old',
  },
  body: 'shoes',
};

function stale(changes: Readonly<Record<string, string>> = {}): CachedExchange {
  const exchange = new CachedExchange();
  exchange.get({}, { ...TAGGED, headers: { ...TAGGED.headers, ...changes } });
  return exchange.after(61);
}

describe('a stale answer', () => {
  it('is revalidated by its tag and date, and is fresh again with what the 304 says', () => {
    const exchange = stale();
    const headers = { 'x-a': 'new', 'x-b': 'more', 'cache-control': 'max-age=30' };
    const got = exchange.get({}, { status: 304, headers });
    expect(got.conditions).toEqual({ 'if-none-match': '"1"', 'if-modified-since': at(-5_000) });
    expect(got).toMatchObject({
      isHit: false,
      status: 200,
      body: 'shoes',
      cacheStatus: 'floodgate; fwd=stale; fwd-status=304',
      fields: { age: '0', 'x-a': 'new', 'x-b': 'more', etag: '"1"', date: at(61_000) },
    });
    expect(exchange.after(29).get({})).toMatchObject({ isHit: true, fields: { 'x-a': 'new' } });
    expect(exchange.after(1).get({}, TAGGED).isHit).toBe(false);
  });

  it('keeps what describes its body, whatever a 304 says of that', () => {
    const exchange = stale({ 'content-type': 'text/plain' });
    const headers = { 'content-type': 'text/html', 'content-length': '0' };
    expect(exchange.get({}, { status: 304, headers })).toMatchObject({
      body: 'shoes',
      fields: { 'content-type': 'text/plain', 'content-length': '5' },
    });
  });

  it('is answered 304 to a client that has it, once it was found good', () => {
    const exchange = stale();
    const headers = { 'if-none-match': '"1"' };
    expect(exchange.get({ headers }, { status: 304 })).toMatchObject({ status: 304, body: '' });
  });

  it('gives way to a new answer', () => {
    const exchange = stale();
    exchange.get({}, { headers: { 'cache-control': 'max-age=60' }, body: 'boots' });
    expect(exchange.get({})).toMatchObject({ isHit: true, body: 'boots' });
    expect(exchange.cache.size.entries).toBe(1);
  });

  it.each([
    [200, { 'cache-control': 'no-store' }],
    [404, {}],
    [410, {}],
    [302, { location: '/' }],
  ])('is forgotten when the upstream says %i and nothing to keep', (status, headers) => {
    const exchange = stale({ 'cache-control': 'max-age=60, stale-if-error=600' });
    exchange.get({}, { status, headers });
    expect(exchange.cache.size).toEqual({ entries: 0, bytes: 0 });
  });

  it('is served once and forgotten when a 304 is about another answer', () => {
    const exchange = stale();
    const got = exchange.get({}, { status: 304, headers: { etag: '"2"', 'x-a': 'not its' } });
    expect(got).toMatchObject({
      status: 200,
      body: 'shoes',
      fields: { etag: '"1"', 'x-a': 'old' },
    });
    expect(exchange.cache.size.entries).toBe(0);
  });

  it('is served once and forgotten when a 304 says that it must not be kept', () => {
    const exchange = stale();
    const got = exchange.get({}, { status: 304, headers: { 'cache-control': 'private' } });
    expect(got).toMatchObject({ status: 200, body: 'shoes' });
    expect(exchange.cache.size.entries).toBe(0);
  });

  it('is no use to HEAD, which passes', () => {
    const got = stale().get({ method: 'HEAD' }, TAGGED);
    expect(got).toMatchObject({ conditions: undefined, cacheStatus: 'floodgate; fwd=stale' });
  });

  it('that may never be used without asking is asked for each time', () => {
    const exchange = new CachedExchange();
    const headers = { 'cache-control': 'no-cache', etag: '"1"' };
    exchange.get({}, { headers, body: 'shoes' });
    const got = exchange.get({}, { status: 304 });
    expect(got).toMatchObject({ isHit: false, body: 'shoes' });
    expect(exchange.get({}, { status: 304 })).toMatchObject({ isHit: false, body: 'shoes' });
  });
});

describe('an upstream that fails', () => {
  const forgiving = { 'cache-control': 'max-age=60, stale-if-error=30' };

  it('is stood in for as long as the answer allows', () => {
    const exchange = stale(forgiving);
    expect(exchange.fail(exchange.begin())).toMatchObject({
      status: 200,
      body: 'shoes',
      cacheStatus: 'floodgate; fwd=stale; ttl=-1; detail=stale-if-error',
      fields: { age: '61' },
    });
    exchange.after(28.999);
    expect(exchange.fail(exchange.begin())?.body).toBe('shoes');
    exchange.after(0.001);
    expect(exchange.fail(exchange.begin())).toBeUndefined();
  });

  it.each([500, 502, 503, 504])('is stood in for when it answers %i', (status) => {
    const exchange = stale(forgiving);
    expect(exchange.get({}, { status, body: 'oops' })).toMatchObject({
      status: 200,
      body: 'shoes',
      cacheStatus: `floodgate; fwd=stale; fwd-status=${status}; ttl=-1; detail=stale-if-error`,
    });
    expect(exchange.cache.size.entries).toBe(1);
  });

  it.each([400, 403, 429, 501])('is heard when it answers %i', (status) => {
    expect(stale(forgiving).get({}, { status })).toMatchObject({ status });
  });

  it.each([
    'max-age=60',
    'max-age=60, stale-if-error=0',
    'max-age=60, stale-if-error=600, must-revalidate',
    'max-age=60, stale-if-error=600, proxy-revalidate',
    'max-age=60, s-maxage=60, stale-if-error=600',
    'max-age=60, stale-if-error=600, no-cache',
  ])('is not stood in for by what says %s', (control) => {
    const exchange = stale({ 'cache-control': control });
    expect(exchange.fail(exchange.begin())).toBeUndefined();
    expect(exchange.get({}, { status: 503 }).status).toBe(503);
  });

  it.each(['no-cache', 'max-age=60', 'min-fresh=1'])(
    'is not stood in for when the client says %s',
    (control) => {
      const exchange = stale(forgiving);
      const headers = { 'cache-control': control };
      expect(exchange.fail(exchange.begin({ headers }))).toBeUndefined();
    },
  );

  it('is not stood in for by what has been invalidated meanwhile', () => {
    const exchange = stale(forgiving);
    const begun = exchange.begin();
    exchange.cache.invalidate({ host: 'shop.example', url: '/shoes' });
    expect(exchange.fail(begun)).toBeUndefined();
  });
});

describe('invalidation', () => {
  const resource = { host: 'shop.example', url: '/shoes' };

  it('forgets all variants of a URL on all routes, and nothing else', () => {
    const exchange = new CachedExchange();
    const answer = { headers: { 'cache-control': 'max-age=60', vary: 'accept' }, body: 'x' };
    const requests = [
      { headers: { accept: 'a' } },
      { headers: { accept: 'b' } },
      { route: 'other' },
      { url: '/boots' },
      { host: 'other.example' },
    ];
    for (const request of requests) exchange.get(request, answer);
    exchange.cache.invalidate(resource);
    expect(requests.map((request) => exchange.get(request).isHit)).toEqual([
      false,
      false,
      false,
      true,
      true,
    ]);
  });

  it.each(['before its head', 'within its body'])(
    'keeps out an answer that was on its way, %s',
    (moment) => {
      const exchange = new CachedExchange();
      const begun = exchange.begin();
      if (moment === 'before its head') exchange.cache.invalidate(resource);
      const verdict = begun.onHead(200, TAGGED.headers, START_MS);
      if (verdict.kind !== 'store') throw new Error(verdict.kind);
      if (moment === 'within its body') exchange.cache.invalidate(resource);
      verdict.body.complete();
      expect(exchange.cache.size.entries).toBe(0);
    },
  );

  it('lets in what was asked for after it', () => {
    const exchange = new CachedExchange();
    exchange.cache.invalidate(resource);
    exchange.get({}, TAGGED);
    expect(exchange.get({}).isHit).toBe(true);
  });

  it('keeps out what a 304 found good before it', () => {
    const exchange = stale();
    const begun = exchange.begin();
    exchange.cache.invalidate(resource);
    exchange.finish(begun, { status: 304 });
    expect(exchange.cache.size.entries).toBe(0);
  });

  it('does not let an older answer take the place of a newer one', () => {
    const exchange = new CachedExchange();
    const slow = exchange.begin().onHead(200, TAGGED.headers, START_MS);
    exchange.after(1).get({}, { ...TAGGED, body: 'newer' });
    if (slow.kind === 'store') slow.body.complete();
    expect(exchange.get({}).body).toBe('newer');
  });
});
