import type { IncomingHttpHeaders } from 'node:http';
import { describe, expect, it } from 'vitest';
import type { CacheRequest } from '../../lib/gateway/cache';
import { CachedExchange, START_MS, type TestAnswer } from '../support/cache';

const MINUTE = { headers: { 'cache-control': 'max-age=60' }, body: 'shoes' };
const at = (ms: number) => new Date(START_MS + ms).toUTCString();

/** Whether a second, anonymous request is answered without the upstream. */
function isKept(answer: TestAnswer, request: Partial<CacheRequest> = {}): boolean {
  const exchange = new CachedExchange();
  exchange.get(request, answer);
  return exchange.get({}).isHit;
}

describe('what the cache keeps', () => {
  it.each<[string, IncomingHttpHeaders]>([
    ['max-age', { 'cache-control': 'max-age=60' }],
    ['s-maxage over max-age', { 'cache-control': 'max-age=0, s-maxage=60' }],
    ['names of directives in capitals', { 'cache-control': 'Max-Age=60' }],
    ['a quoted number', { 'cache-control': 'max-age="60"' }],
    ['the first of two numbers', { 'cache-control': 'max-age=60, max-age=0' }],
    ['Expires alone', { expires: at(60_000) }],
    ['max-age over an Expires in the past', { expires: at(-1), 'cache-control': 'max-age=60' }],
    ['must-revalidate while it is fresh', { 'cache-control': 'max-age=60, must-revalidate' }],
    ['proxy-revalidate while it is fresh', { 'cache-control': 'max-age=60, proxy-revalidate' }],
    ['a number beyond all bounds', { 'cache-control': `max-age=${'9'.repeat(400)}` }],
    [
      'private within the text of another directive',
      {
        'cache-control': 'note="not, private", max-age=60',
      },
    ],
  ])('keeps by %s', (_, headers) => {
    expect(isKept({ headers })).toBe(true);
  });

  it.each<[string, IncomingHttpHeaders]>([
    ['nothing said', {}],
    ['Last-Modified alone', { 'last-modified': at(-86_400_000) }],
    ['no-store', { 'cache-control': 'no-store, max-age=60' }],
    ['no-store in capitals', { 'cache-control': 'No-Store, max-age=60' }],
    ['private', { 'cache-control': 'private, max-age=60' }],
    ['Private in capitals', { 'cache-control': 'Private, max-age=60' }],
    ['private for a field', { 'cache-control': 'private="x-user", max-age=60' }],
    ['no-cache', { 'cache-control': 'no-cache, max-age=60' }],
    ['s-maxage=0 over max-age', { 'cache-control': 'max-age=60, s-maxage=0' }],
    ['max-age that is no number', { 'cache-control': 'max-age=soon' }],
    ['a negative max-age', { 'cache-control': 'max-age=-60' }],
    ['max-age within the text of another directive', { 'cache-control': 'note="a, max-age=60"' }],
    ['immutable without a lifetime', { 'cache-control': 'immutable' }],
    ['Expires that is no date', { expires: '0' }],
    ['Pragma: no-cache', { pragma: 'no-cache', expires: at(60_000) }],
    ['Set-Cookie', { 'cache-control': 'public, max-age=60', 'set-cookie': ['a=b'] }],
    ['Vary: *', { 'cache-control': 'max-age=60', vary: 'accept, *' }],
    [
      'Vary by what the gateway rewrites',
      {
        'cache-control': 'max-age=60',
        vary: 'X-Forwarded-Proto',
      },
    ],
    ['an Age beyond its lifetime', { 'cache-control': 'max-age=60', age: '60' }],
    ['a Date beyond its lifetime', { 'cache-control': 'max-age=60', date: at(-60_000) }],
    ['two lengths', { 'cache-control': 'max-age=60', 'content-length': '0, 0' }],
  ])('does not keep with %s', (_, headers) => {
    expect(isKept({ headers })).toBe(false);
  });

  it.each([200, 203, 204, 301, 302, 308, 404, 410])('keeps a %i', (status) => {
    expect(isKept({ ...MINUTE, status })).toBe(true);
  });

  it.each([201, 206, 304, 400, 401, 403, 429, 500, 503])('does not keep a %i', (status) => {
    expect(isKept({ ...MINUTE, status })).toBe(false);
  });

  it('passes and keeps no answer to other methods', () => {
    expect(isKept(MINUTE, { method: 'HEAD' })).toBe(false);
    expect(isKept(MINUTE, { method: 'POST' })).toBe(false);
  });
});

describe('requests that tell who is asking', () => {
  const who: [string, Partial<CacheRequest>][] = [
    ['a key or token of ours', { isIdentified: true }],
    ['an Authorization', { headers: { authorization: 'Basic eA==' } }],
    ['a Cookie', { headers: { cookie: 'session=1' } }],
  ];

  it.each(who)('make with %s what is for nobody else', (_, request) => {
    expect(isKept(MINUTE, request)).toBe(false);
  });

  it.each(who)('are with %s not served what others made', (_, request) => {
    const exchange = new CachedExchange();
    exchange.get({}, MINUTE);
    expect(exchange.get(request).cacheStatus).toBe('floodgate; fwd=bypass');
    expect(exchange.get({}).isHit).toBe(true);
  });

  it.each(
    who.flatMap(([name, request]) =>
      ['public, max-age=60', 's-maxage=60', 'max-age=60, must-revalidate'].map(
        (control) => [name, control, request] as const,
      ),
    ),
  )('share with %s what is %s', (_, control, request) => {
    const exchange = new CachedExchange();
    exchange.get(request, { headers: { 'cache-control': control }, body: 'for all' });
    expect(exchange.get({})).toMatchObject({ isHit: true, body: 'for all' });
    expect(exchange.get(request).isHit).toBe(true);
  });
});

describe('an answer from the cache', () => {
  it('is the whole answer with its age, and says how long it lasts', () => {
    const exchange = new CachedExchange();
    exchange.get(
      {},
      { headers: { 'cache-control': 'max-age=60', age: '7', etag: '"1"' }, body: 'é' },
    );
    expect(exchange.after(12.5).get({})).toMatchObject({
      isHit: true,
      status: 200,
      body: 'é',
      fields: { age: '19', 'content-length': '2', etag: '"1"', 'cache-control': 'max-age=60' },
      cacheStatus: 'floodgate; hit; ttl=40',
    });
  });

  it('ends with its lifetime, to the millisecond', () => {
    const exchange = new CachedExchange();
    exchange.get({}, MINUTE);
    expect(exchange.after(59.999).get({}).cacheStatus).toBe('floodgate; hit; ttl=0');
    expect(exchange.after(0.001).get({}, MINUTE).cacheStatus).toBe('floodgate; fwd=stale; stored');
    expect(exchange.get({}).isHit).toBe(true);
  });

  it('counts the time that the upstream took', () => {
    const exchange = new CachedExchange();
    const begun = exchange.begin();
    exchange.after(20).finish(begun, MINUTE);
    expect(exchange.get({}).fields.age).toBe('20');
  });

  it('counts from Expires where that is said by its Date', () => {
    const exchange = new CachedExchange();
    exchange.get({}, { headers: { date: at(-10_000), expires: at(20_000) } });
    expect(exchange.get({}).cacheStatus).toBe('floodgate; hit; ttl=20');
  });

  it('has a Date where the upstream gave none that is one', () => {
    const exchange = new CachedExchange();
    exchange.get({}, { headers: { ...MINUTE.headers, date: 'today' } });
    expect(exchange.after(5).get({}).fields.date).toBe(at(0));
  });

  it('leaves out what belongs to a connection, a proxy or the request before', () => {
    const exchange = new CachedExchange();
    const headers = {
      ...MINUTE.headers,
      connection: 'keep-alive, X-Hop',
      'x-hop': '1',
      'keep-alive': 'timeout=5',
      'transfer-encoding': 'chunked',
      'proxy-authenticate': 'Basic',
      trailer: 'x-sum',
      'x-request-id': 'first',
      ratelimit: '"a";r=1;t=2',
      'x-ratelimit-remaining': '1',
      'x-kept': 'yes',
    };
    exchange.get({}, { headers });
    expect(Object.keys(exchange.get({}).fields).sort()).toEqual(
      ['age', 'cache-control', 'cache-status', 'content-length', 'date', 'x-kept'].sort(),
    );
  });

  it('comes after what caches before it said', () => {
    const exchange = new CachedExchange();
    exchange.get({}, { headers: { ...MINUTE.headers, 'cache-status': 'origin; hit' } });
    expect(exchange.get({}).cacheStatus).toBe('origin; hit, floodgate; hit; ttl=60');
  });

  it('has no body for HEAD, and the length of it', () => {
    const exchange = new CachedExchange();
    exchange.get({}, MINUTE);
    expect(exchange.get({ method: 'HEAD' })).toMatchObject({
      isHit: true,
      body: '',
      fields: { 'content-length': '5' },
    });
  });
});

describe('what a request asks of the cache', () => {
  it.each<[string, Partial<CacheRequest>, string]>([
    ['POST', { method: 'POST' }, 'fwd=method'],
    ['a Range', { headers: { range: 'bytes=0-1' } }, 'fwd=bypass'],
    ['If-Match', { headers: { 'if-match': '"1"' } }, 'fwd=bypass'],
    ['a body', { headers: { 'content-length': '3' } }, 'fwd=bypass'],
    ['a body of no told length', { headers: { 'transfer-encoding': 'chunked' } }, 'fwd=bypass'],
    ['another method', { headers: { 'x-http-method-override': 'POST' } }, 'fwd=bypass'],
    ['another path', { headers: { 'x-original-url': '/admin' } }, 'fwd=bypass'],
    ['no-store', { headers: { 'cache-control': 'no-store' } }, 'fwd=request'],
  ])('passes %s and keeps nothing of its answer', (_, request, reason) => {
    const exchange = new CachedExchange();
    const passed = exchange.get(request, MINUTE);
    expect(passed.cacheStatus).toBe(`floodgate; ${reason}`);
    exchange.get({}, { ...MINUTE, body: 'kept' });
    expect(exchange.get(request, MINUTE).cacheStatus).toBe(`floodgate; ${reason}`);
    expect(exchange.get({})).toMatchObject({ isHit: true, body: 'kept' });
  });

  it.each<[string, IncomingHttpHeaders]>([
    ['no-cache', { 'cache-control': 'no-cache' }],
    ['Pragma: no-cache', { pragma: 'no-cache' }],
    ['a younger answer', { 'cache-control': 'max-age=9' }],
    ['an answer that stays fresh', { 'cache-control': 'min-fresh=51' }],
  ])('asks the upstream anew for %s', (_, headers) => {
    const exchange = new CachedExchange();
    exchange.get({}, MINUTE);
    const again = exchange.after(10).get({ headers }, { ...MINUTE, body: 'new' });
    expect(again).toMatchObject({ body: 'new', cacheStatus: 'floodgate; fwd=request; stored' });
    expect(exchange.get({})).toMatchObject({ isHit: true, body: 'new' });
  });

  it.each(['max-age=10', 'min-fresh=50', 'max-stale', 'no-transform'])('heeds %s', (control) => {
    const exchange = new CachedExchange();
    exchange.get({}, MINUTE);
    expect(exchange.after(10).get({ headers: { 'cache-control': control } }).isHit).toBe(true);
  });

  it('serves nobody what is stale for the asking', () => {
    const exchange = new CachedExchange();
    exchange.get({}, MINUTE);
    const headers = { 'cache-control': 'max-stale' };
    expect(exchange.after(61).get({ headers }, MINUTE).isHit).toBe(false);
  });

  it('answers only-if-cached from what is kept, or not at all', () => {
    const exchange = new CachedExchange();
    const headers = { 'cache-control': 'only-if-cached' };
    expect(exchange.get({ headers })).toMatchObject({ status: 504 });
    exchange.get({}, MINUTE);
    expect(exchange.get({ headers })).toMatchObject({ isHit: true, body: 'shoes' });
    expect(exchange.after(60).get({ headers })).toMatchObject({ status: 504 });
  });
});

describe('a client that has the answer already', () => {
  const answer = {
    headers: {
      'cache-control': 'max-age=60',
      etag: 'W/"a,b"',
      'last-modified': at(-60_000),
      'content-type': 'text/plain',
      'content-location': '/shoes.txt',
    },
    body: 'shoes',
  };

  it.each<[string, IncomingHttpHeaders, number]>([
    ['its tag', { 'if-none-match': 'W/"a,b"' }, 304],
    ['its tag as a strong one', { 'if-none-match': '"a,b"' }, 304],
    ['its tag among others', { 'if-none-match': '"x", W/"a,b" , "y"' }, 304],
    ['any tag', { 'if-none-match': '*' }, 304],
    ['another tag', { 'if-none-match': '"b"' }, 200],
    ['what is no tag', { 'if-none-match': 'a,b' }, 200],
    ['its date', { 'if-modified-since': at(-60_000) }, 304],
    ['a later date', { 'if-modified-since': at(0) }, 304],
    ['an earlier date', { 'if-modified-since': at(-61_000) }, 200],
    ['what is no date', { 'if-modified-since': 'yesterday?' }, 200],
    ['another tag and its date', { 'if-none-match': '"b"', 'if-modified-since': at(0) }, 200],
  ])('is told so by %s', (_, headers, status) => {
    const exchange = new CachedExchange();
    exchange.get({}, answer);
    const got = exchange.get({ headers });
    expect(got).toMatchObject({ isHit: true, status, body: status === 304 ? '' : 'shoes' });
    expect(got.fields['content-type']).toBe(status === 304 ? undefined : 'text/plain');
    expect(got.fields['content-length']).toBe(status === 304 ? undefined : '5');
    expect(got.fields['content-location']).toBe('/shoes.txt');
  });

  it('is not told so of an answer that is none of success', () => {
    const exchange = new CachedExchange();
    exchange.get({}, { ...answer, status: 404 });
    expect(exchange.get({ headers: { 'if-none-match': '*' } }).status).toBe(404);
  });

  it('has its own conditions forwarded where nothing is kept, and the 304 is its own', () => {
    const exchange = new CachedExchange();
    const got = exchange.get({ headers: { 'if-none-match': '"1"' } }, { status: 304 });
    expect(got).toMatchObject({
      status: 304,
      conditions: undefined,
      cacheStatus: 'floodgate; fwd=uri-miss',
    });
    expect(exchange.cache.size.entries).toBe(0);
  });
});
