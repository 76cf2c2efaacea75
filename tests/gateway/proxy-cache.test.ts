import { once } from 'node:events';
import { get, type IncomingMessage, type RequestListener } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Origin, origin, type Proxied, proxied } from '../support/proxied';

let service: Origin;
let gateway: Proxied;
let asked = 0;

async function serve(listener: RequestListener, isCached = true): Promise<void> {
  asked = 0;
  service = await origin((request, response) => {
    asked += 1;
    response.setHeader('X-Asked', asked);
    listener(request, response);
  });
  gateway = await proxied({
    targets: [service.url],
    route: { cache: isCached },
    upstream: { ejection: { after_failures: 0 }, breaker: { least_requests: 1_000 } },
    policies: [
      { name: 'some', limits: [{ algorithm: 'fixed-window', quota: 99, window_ms: 3_600_000 }] },
    ],
  });
}

afterEach(async () => {
  await gateway.close();
  await service.close();
});

async function ask(init: RequestInit = {}, path = '/thing') {
  const response = await fetch(gateway.url + path, init);
  return {
    status: response.status,
    body: await response.text(),
    cache: response.headers.get('cache-status'),
    remaining: response.headers.get('x-ratelimit-remaining'),
    requestId: response.headers.get('x-request-id'),
    age: response.headers.get('age'),
  };
}

describe('a route that caches', () => {
  it('answers what its upstream lets it keep, and counts it all the same', async () => {
    await serve((_, response) => {
      response.setHeader('Cache-Control', 'public, max-age=60');
      response.end('fresh');
    });
    const first = await ask();
    const second = await ask();
    expect(first).toMatchObject({ body: 'fresh', cache: 'floodgate; fwd=uri-miss; stored' });
    expect(second).toMatchObject({ status: 200, body: 'fresh', remaining: '97' });
    expect(second.cache).toMatch(/^floodgate; hit; ttl=\d+$/);
    expect(second.age).toMatch(/^\d+$/);
    expect(second.requestId).not.toBe(first.requestId);
    expect(asked).toBe(1);
  });

  it.each(['no-store', 'private', 'no-cache'])('asks each time under %s', async (directive) => {
    await serve((_, response) => {
      response.setHeader('Cache-Control', directive);
      response.end();
    });
    await ask();
    await ask();
    expect(asked).toBe(2);
  });

  it('asks whether what is stale still holds, and serves it when it does', async () => {
    await serve((request, response) => {
      response.setHeader('Cache-Control', 'max-age=0, must-revalidate');
      response.setHeader('ETag', '"1"');
      if (request.headers['if-none-match'] === '"1"') response.writeHead(304).end();
      else response.end('whole');
    });
    await ask();
    const again = await ask();
    expect(again).toMatchObject({ status: 200, body: 'whole' });
    expect(again.cache).toContain('fwd=stale; fwd-status=304');
    expect(asked).toBe(2);
  });

  it('keeps nothing of an answer to fields that Connection has taken away', async () => {
    await serve((request, response) => {
      response.setHeader('Cache-Control', 'public, max-age=60');
      response.setHeader('Vary', 'Accept-Language');
      response.end(request.headers['accept-language'] ?? 'none');
    });
    const curtailed = get(`${gateway.url}/thing`, {
      headers: { 'Accept-Language': 'de', Connection: 'close, Accept-Language' },
    });
    const [answer] = (await once(curtailed, 'response')) as [IncomingMessage];
    expect(await text(answer)).toBe('none');
    const whole = await ask({ headers: { 'Accept-Language': 'de' } });
    expect(whole).toMatchObject({ body: 'de', cache: 'floodgate; fwd=uri-miss; stored' });
  });

  it('forgets what a request has changed', async () => {
    await serve((_, response) => {
      response.setHeader('Cache-Control', 'max-age=60');
      response.end('v');
    });
    await ask();
    await ask({ method: 'POST' });
    await ask();
    expect(asked).toBe(3);
  });

  it('keeps nothing of an answer that breaks off', async () => {
    await serve((_, response) => {
      response.writeHead(200, { 'Cache-Control': 'max-age=60', 'Content-Length': '20' });
      response.write('a part');
      setImmediate(() => response.destroy());
    });
    await expect(ask()).rejects.toThrow();
    await expect(ask()).rejects.toThrow();
    // Each tried once: its answer had begun.
    expect(asked).toBe(2);
  });

  it('serves what is stale while its upstream is away, where that allowed it', async () => {
    await serve((_, response) => {
      response.setHeader('Cache-Control', 'max-age=0, stale-if-error=60');
      response.setHeader('ETag', '"1"');
      response.end('old');
    });
    await ask();
    await service.close();
    const late = await ask();
    expect(late).toMatchObject({ status: 200, body: 'old' });
  });

  it('says so when nothing is kept and nothing else is wanted', async () => {
    await serve((_, response) => response.end());
    const { status } = await ask({ headers: { 'Cache-Control': 'only-if-cached' } });
    expect(status).toBe(504);
    expect(asked).toBe(0);
  });

  it('does not share answers to those who showed who they are', async () => {
    await serve((_, response) => {
      response.setHeader('Cache-Control', 'max-age=60');
      response.end();
    });
    await ask({ headers: { Authorization: 'Basic abc' } });
    await ask({ headers: { Authorization: 'Basic abc' } });
    expect(asked).toBe(2);
  });
});

describe('a route that does not', () => {
  it('asks each time, and says nothing of a cache', async () => {
    await serve((_, response) => {
      response.setHeader('Cache-Control', 'max-age=60');
      response.end();
    }, false);
    expect((await ask()).cache).toBeNull();
    await ask();
    await vi.waitFor(() => expect(asked).toBe(2));
  });
});
