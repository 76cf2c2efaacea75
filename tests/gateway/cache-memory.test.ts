import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CachedExchange, requestTo, START_MS, type TestAnswer } from '../support/cache';

const HEADERS = { 'cache-control': 'max-age=60' };
const KIB = 1_024;
const whole = requestTo({});

function varying(vary: string, body: string): TestAnswer {
  return { headers: { ...HEADERS, vary }, body };
}

describe('variants', () => {
  it('are told apart by the fields that Vary names, and by nothing else', () => {
    const exchange = new CachedExchange();
    const english = { headers: { 'accept-language': 'en', 'user-agent': '1' } };
    const german = { headers: { 'accept-language': 'de', 'user-agent': '1' } };
    exchange.get(english, varying('Accept-Language', 'shoes'));
    expect(exchange.get(german, varying('accept-language', 'Schuhe')).cacheStatus).toBe(
      'floodgate; fwd=vary-miss; stored',
    );
    const other = { headers: { ...german.headers, 'user-agent': '2' } };
    expect(exchange.get(other)).toMatchObject({ isHit: true, body: 'Schuhe' });
    expect(exchange.get(english)).toMatchObject({ isHit: true, body: 'shoes' });
    expect(exchange.get({}).cacheStatus).toBe('floodgate; fwd=vary-miss');
  });

  it('are not selected by what objects inherit', () => {
    const exchange = new CachedExchange();
    exchange.get({}, varying('constructor, __proto__', 'plain'));
    expect(exchange.get({}).isHit).toBe(true);
    expect(exchange.get({ headers: { ...JSON.parse('{"constructor":"x"}') } }).isHit).toBe(false);
  });

  it('are at most sixteen of a URL, the newest', () => {
    const exchange = new CachedExchange();
    const asked = Array.from({ length: 40 }, (_, i) => ({ headers: { accept: `type/${i}` } }));
    for (const request of asked) exchange.get(request, varying('accept', 'x'));
    expect(exchange.cache.size.entries).toBe(16);
    expect(
      asked.filter(
        (request) => exchange.cache.lookup({ ...whole, ...request }, START_MS).kind === 'hit',
      ),
    ).toEqual(asked.slice(-16));
  });

  it('do not stay beside an answer that no longer varies', () => {
    const exchange = new CachedExchange();
    const request = { headers: { accept: 'a' } };
    exchange.get(request, varying('accept', 'old'));
    exchange.get(
      { headers: { accept: 'a', 'cache-control': 'no-cache' } },
      { headers: HEADERS, body: 'new' },
    );
    expect(exchange.get(request).body).toBe('new');
    expect(exchange.cache.size.entries).toBe(1);
  });
});

describe('the key', () => {
  it('leads no request to the answer of another', () => {
    const part = fc.oneof(
      fc.string({ maxLength: 6 }),
      fc
        .array(fc.constantFrom('"', ',', '\\', '[', ']', '\u0000', 'a', '/'), { maxLength: 5 })
        .map((all) => all.join('')),
    );
    const resource = fc.record({ route: part, host: part, url: part });
    fc.assert(
      fc.property(resource, resource, (one, other) => {
        const exchange = new CachedExchange();
        exchange.get(one, { headers: HEADERS, body: 'of one' });
        const isSame =
          one.route === other.route && one.host === other.host && one.url === other.url;
        expect(exchange.get(other).isHit).toBe(isSame);
      }),
      { numRuns: 500 },
    );
  });
});

describe('a body', () => {
  function recorder(exchange: CachedExchange, headers: Readonly<Record<string, string>> = {}) {
    const verdict = exchange.begin().onHead(200, { ...HEADERS, ...headers }, START_MS);
    if (verdict.kind !== 'store') throw new Error(verdict.kind);
    return verdict.body;
  }

  it('is copied from the chunks, which may be used again', () => {
    const exchange = new CachedExchange();
    const body = recorder(exchange);
    const pool = Buffer.from('--shoes--');
    body.add(pool.subarray(2, 7));
    pool.fill('x');
    body.complete();
    expect(exchange.get({}).body).toBe('shoes');
  });

  it('keeps no memory alive but its own', () => {
    const exchange = new CachedExchange();
    exchange.get({}, { headers: HEADERS, body: 'shoes' });
    const lookup = exchange.cache.lookup(whole, START_MS);
    expect(lookup.kind === 'hit' && lookup.answer.body.buffer.byteLength).toBe(5);
  });

  it('is not kept when it breaks off', () => {
    const exchange = new CachedExchange();
    const body = recorder(exchange);
    body.add(Buffer.from('sho'));
    body.drop();
    body.complete();
    expect(exchange.get({}).isHit).toBe(false);
  });

  it.each(['4', '6'])(
    'is not kept when its length is not the %s bytes that were told',
    (length) => {
      const exchange = new CachedExchange();
      const body = recorder(exchange, { 'content-length': length });
      body.add(Buffer.from('sh'));
      body.add(Buffer.from('oes'));
      body.complete();
      expect(exchange.cache.size.entries).toBe(0);
    },
  );

  it('is passed when it is told to be too long', () => {
    const exchange = new CachedExchange({ maxBodyBytes: 4 });
    const headers = { ...HEADERS, 'content-length': '5' };
    expect(exchange.get({}, { headers, body: 'shoes' }).cacheStatus).toBe(
      'floodgate; fwd=uri-miss',
    );
    expect(exchange.get({}).isHit).toBe(false);
  });

  it('is given up when it turns out too long', () => {
    const exchange = new CachedExchange({ maxBodyBytes: 4 });
    exchange.get({}, { headers: HEADERS, body: 'shoes' });
    expect(exchange.get({}).isHit).toBe(false);
    exchange.get({}, { headers: HEADERS, body: 'shoe' });
    expect(exchange.get({}).isHit).toBe(true);
  });

  it('takes its part of a quarter of the memory while it is on its way', () => {
    const exchange = new CachedExchange({ maxBytes: 64 * KIB, maxBodyBytes: 32 * KIB });
    const first = recorder(exchange);
    const second = recorder(exchange);
    first.add(Buffer.alloc(10 * KIB, 'a'));
    second.add(Buffer.alloc(10 * KIB, 'b'));
    second.complete();
    expect(exchange.cache.size.entries).toBe(0);
    first.complete();
    expect(exchange.cache.size.entries).toBe(1);
    exchange.get({ url: '/boots' }, { headers: HEADERS, body: 'd'.repeat(10 * KIB) });
    expect(exchange.cache.size.entries).toBe(2);
  });

  it('comes back byte for byte, however it was cut', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 9_000 }), { maxLength: 12 }), (chunks) => {
        const exchange = new CachedExchange();
        const body = recorder(exchange);
        for (const chunk of chunks) body.add(chunk);
        body.complete();
        const lookup = exchange.cache.lookup(whole, START_MS);
        expect(lookup.kind === 'hit' && lookup.answer.body.equals(Buffer.concat(chunks))).toBe(
          true,
        );
      }),
      { numRuns: 50 },
    );
  });
});

describe('memory', () => {
  it('stays within its bound whatever is asked, and what is kept is counted', () => {
    const step = fc.record({
      url: fc.integer({ min: 0, max: 12 }).map((i) => `/${i}`),
      accept: fc.integer({ min: 0, max: 20 }).map(String),
      length: fc.integer({ min: 0, max: 12 * KIB }),
      forget: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const exchange = new CachedExchange({ maxBytes: 48 * KIB, maxBodyBytes: 10 * KIB });
        const seen = new Set<string>();
        for (const { url, accept, length, forget } of steps) {
          exchange.get({ url, headers: { accept } }, varying('accept', 'x'.repeat(length)));
          seen.add(url);
          if (forget) exchange.cache.invalidate({ host: whole.host, url });
          const { entries, bytes } = exchange.cache.size;
          expect(bytes).toBeLessThanOrEqual(48 * KIB);
          expect(bytes).toBeGreaterThanOrEqual(entries * KIB);
        }
        for (const url of seen) exchange.cache.invalidate({ host: whole.host, url });
        expect(exchange.cache.size).toEqual({ entries: 0, bytes: 0 });
      }),
      { numRuns: 100 },
    );
  });

  it('goes to what was asked for last', () => {
    const exchange = new CachedExchange({ maxBytes: 16 * KIB });
    const body = 'x'.repeat(3 * KIB);
    const urls = ['/1', '/2', '/3'];
    for (const url of urls) exchange.get({ url }, { headers: HEADERS, body });
    exchange.get({ url: '/1' });
    exchange.get({ url: '/4' }, { headers: HEADERS, body });
    const kept = [...urls, '/4'].filter((url) => exchange.get({ url }).isHit);
    expect(kept).toEqual(['/1', '/3', '/4']);
  });
});
