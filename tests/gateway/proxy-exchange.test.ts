import { once } from 'node:events';
import { get, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { buffer, json, text } from 'node:stream/consumers';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  type Origin,
  origin,
  type Proxied,
  type ProxiedOptions,
  proxied,
} from '../support/proxied';
import { exchange } from '../support/raw-http';

let service: Origin;
let gateway: Proxied;
const open: { close(): Promise<void> }[] = [];

async function serve(
  listener: (request: IncomingMessage, response: ServerResponse) => void,
  options: Omit<ProxiedOptions, 'targets'> = {},
): Promise<void> {
  service = await origin(listener);
  gateway = await proxied({ targets: [service.url], ...options });
  open.push(gateway, service);
}

afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

const MIB = 1_048_576;

describe('a forwarded exchange', () => {
  it.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND'])(
    'keeps the method %s, the path, the query and the status',
    async (method) => {
      await serve((incoming, response) => {
        response.writeHead(207, { 'X-Seen': `${incoming.method} ${incoming.url}` }).end('done');
      });
      const response = await fetch(`${gateway.url}/a%20b/c?x=1&x=%2F`, { method });
      expect(response.status).toBe(207);
      expect(response.headers.get('x-seen')).toBe(`${method} /a%20b/c?x=1&x=%2F`);
      expect(await response.text()).toBe('done');
    },
  );

  it('answers HEAD with the length of what GET would have answered, and no body', async () => {
    await serve((_, response) => response.writeHead(200, { 'Content-Length': '12' }).end());
    const response = await fetch(gateway.url, { method: 'HEAD' });
    expect(response.headers.get('content-length')).toBe('12');
    expect(await response.text()).toBe('');
  });

  it.each([204, 304])('passes a %i on, and the connection goes on being used', async (status) => {
    await serve((_, response) => response.writeHead(status, { ETag: '"a"' }).end());
    const twice = `GET / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`;
    const { received } = await exchange(gateway.port, twice);
    expect([...received.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, code]) => code)).toEqual([
      String(status),
      String(status),
    ]);
  });

  it('sends a body of unknown length on in pieces, as they come', async () => {
    await serve((incoming, response) => {
      response.setHeader('X-Framing', incoming.headers['transfer-encoding'] ?? 'none');
      incoming.once('data', (first) => {
        response.write(`got ${first}`);
        incoming.on('data', (next) => response.write(`, got ${next}`));
        incoming.once('end', () => response.end());
      });
    });
    const sent = request(gateway.url, { method: 'POST' });
    sent.write('one');
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    response.setEncoding('utf8');
    expect(await once(response, 'data')).toEqual(['got one']);
    sent.end('two');
    expect(await once(response, 'data')).toEqual([', got two']);
    expect(response.headers['x-framing']).toBe('chunked');
  });

  it('passes the head of an event stream and each event on without waiting for the next', async () => {
    let stream: ServerResponse | undefined;
    await serve((_, response) => {
      stream = response;
      response.writeHead(200, { 'Content-Type': 'text/event-stream' }).flushHeaders();
    });
    const asked = get(gateway.url);
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    response.setEncoding('utf8');
    stream?.write('data: 1\n\n');
    expect(await once(response, 'data')).toEqual(['data: 1\n\n']);
    stream?.end('data: 2\n\n');
    expect(await text(response)).toBe('data: 2\n\n');
  });

  it('carries large bodies both ways unchanged', async () => {
    await serve((incoming, response) => incoming.pipe(response));
    const body = Buffer.alloc(8 * MIB, 'floodgate ');
    const response = await fetch(gateway.url, { method: 'PUT', body });
    expect(Buffer.from(await response.arrayBuffer()).equals(body)).toBe(true);
  });

  it('reads an answer no faster than its client takes it', async () => {
    let written = 0;
    await serve((_, response) => {
      const more = () => {
        for (let isTaken = true; isTaken && written < 256 * MIB; written += 65_536) {
          isTaken = response.write(Buffer.alloc(65_536));
        }
      };
      response.on('drain', more);
      response.writeHead(200, { 'Content-Length': String(1_024 * MIB) });
      more();
    });
    const socket = connect(gateway.port, '127.0.0.1');
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    socket.pause();
    await vi.waitFor(() => expect(written).toBeGreaterThan(0));
    let lately = -1;
    // Both systems' buffers fill, and then nothing moves.
    await vi.waitFor(
      () => {
        const isStill = written === lately;
        lately = written;
        expect(isStill).toBe(true);
      },
      { timeout: 10_000, interval: 250 },
    );
    expect(written).toBeLessThan(64 * MIB);
    socket.destroy();
  });

  it('passes trailers on', async () => {
    await serve((_, response) => {
      response.writeHead(200, { Trailer: 'X-Sum' });
      response.write('body');
      response.addTrailers({ 'X-Sum': '42' });
      response.end();
    });
    const asked = get(gateway.url);
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    expect(await text(response)).toBe('body');
    expect(response.headers.trailer).toBe('X-Sum');
    expect(response.trailers).toEqual({ 'x-sum': '42' });
  });

  it('gives a client of HTTP/1.0 an answer that ends with the connection', async () => {
    await serve((_, response) => {
      response.write('of unknown ');
      response.end('length');
    });
    const { received } = await exchange(gateway.port, 'GET / HTTP/1.0\r\n\r\n');
    expect(received).not.toMatch(/transfer-encoding/i);
    expect(received).toMatch(/\r\n\r\nof unknown length$/);
  });

  it('passes redirects on and follows none', async () => {
    await serve((_, response) => {
      response.writeHead(302, { Location: 'http://169.254.169.254/' }).end();
    });
    const response = await fetch(gateway.url, { redirect: 'manual' });
    expect(response.status).toBe(302);
    expect(response.headers.get('location')).toBe('http://169.254.169.254/');
  });

  it('passes early hints on', async () => {
    await serve((_, response) => {
      response.writeEarlyHints({ link: '</style.css>; rel=preload' });
      response.end('page');
    });
    const asked = get(gateway.url);
    const [hints] = await once(asked, 'information');
    expect(hints).toMatchObject({
      statusCode: 103,
      headers: { link: '</style.css>; rel=preload' },
    });
  });

  it('leaves compressed bodies as they are', async () => {
    const body = Buffer.from([0x1f, 0x8b, 0, 1, 2, 3]);
    await serve((_, response) => response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(body));
    const asked = get(gateway.url);
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    expect(response.headers['content-encoding']).toBe('gzip');
    expect((await buffer(response)).equals(body)).toBe(true);
  });
});

describe('a client that waits for 100 Continue', () => {
  const expecting = (fields: readonly string[]) =>
    `POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nConnection: close\r\n${fields.join('\r\n')}\r\n\r\n`;

  it('is told to go on, and the upstream hears no Expect', async () => {
    await serve(async (incoming, response) => {
      response.end(`${await text(incoming)} ${incoming.headers.expect}`);
    });
    const socket = connect(gateway.port, '127.0.0.1').setEncoding('utf8');
    socket.write(expecting(['Content-Length: 4']));
    expect((await once(socket, 'data'))[0]).toMatch(/^HTTP\/1\.1 100 Continue/);
    socket.write('body');
    expect(await text(socket)).toMatch(/body undefined$/);
  });

  it('is spared its body when a policy refuses', async () => {
    await serve((_, response) => response.end(), {
      policies: [
        {
          name: 'once',
          limits: [{ algorithm: 'fixed-window', quota: 1, window_ms: 3_600_000 }],
        },
      ],
    });
    await fetch(gateway.url);
    const { received } = await exchange(gateway.port, expecting(['Content-Length: 4']));
    expect(received).toMatch(/^HTTP\/1\.1 429 /);
  });

  it('is spared its body when it is too long', async () => {
    await serve((_, response) => response.end(), { route: { max_body_bytes: 3 } });
    const { received } = await exchange(gateway.port, expecting(['Content-Length: 4']));
    expect(received).toMatch(/^HTTP\/1\.1 413 /);
  });
});

describe('what a client has to send', () => {
  it('is refused with 413 once it is longer than the route takes, whatever its framing', async () => {
    let taken = 0;
    await serve(
      (incoming, response) => {
        incoming.on('data', (chunk) => {
          taken += chunk.length;
        });
        incoming.once('end', () => response.end());
      },
      { route: { max_body_bytes: 10 } },
    );
    const chunked = `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n8\r\n12345678\r\n8\r\n12345678\r\n0\r\n\r\n`;
    const { received } = await exchange(gateway.port, chunked, (text) => text.includes('413'));
    expect(received).toMatch(/^HTTP\/1\.1 413 /);
    expect(taken).toBeLessThanOrEqual(10);
  });

  it('may be as long as the route takes', async () => {
    await serve(
      async (incoming, response) => response.end(String((await buffer(incoming)).length)),
      {
        route: { max_body_bytes: 10 },
      },
    );
    const response = await fetch(gateway.url, { method: 'POST', body: '1234567890' });
    expect(await response.text()).toBe('10');
  });

  it('does not reach an upstream whose answer is there before its end', async () => {
    await serve((_, response) => response.writeHead(403, { Connection: 'close' }).end('no'));
    const sent = request(gateway.url, { method: 'POST' });
    sent.on('error', () => undefined);
    sent.write('begin');
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    expect(response.statusCode).toBe(403);
    expect(response.headers.connection).toBe('close');
    sent.destroy();
  });
});

describe('a client that leaves', () => {
  it('cancels what its upstream was at, before and while it answers', async () => {
    let running = 0;
    await serve((incoming, response) => {
      running += 1;
      response.once('close', () => {
        running -= 1;
      });
      if (incoming.url === '/streaming') response.write('a piece');
    });
    const sockets = Array.from({ length: 200 }, (_, index) => {
      const socket = connect(gateway.port, '127.0.0.1');
      socket.write(`GET ${index % 2 ? '/streaming' : '/silent'} HTTP/1.1\r\nHost: a\r\n\r\n`);
      return socket;
    });
    await vi.waitFor(() => expect(running).toBe(200), { timeout: 10_000 });
    for (const socket of sockets) socket.destroy();
    await vi.waitFor(() => expect(running).toBe(0), { timeout: 10_000 });
    const [status] = gateway.upstreams.status();
    expect(status?.targets[0]?.inFlight).toBe(0);
    // Leaving says nothing about a target.
    expect(status?.breaker.failures).toBe(0);
  });

  it('breaks its upload off upstream too', async () => {
    const aborted = deferred();
    await serve((incoming) => {
      incoming.resume().once('error', () => aborted.resolve());
    });
    const socket = connect(gateway.port, '127.0.0.1');
    socket.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nten bytes.');
    await vi.waitFor(() => expect(gateway.upstreams.status()[0]?.targets[0]?.inFlight).toBe(1));
    socket.destroy();
    await aborted.promise;
  });

  it('gives its slots back when its stream ends, not before', async () => {
    const policies = [
      {
        name: 'streams',
        limits: [{ algorithm: 'concurrency' as const, quota: 1, lease_ms: 60_000 }],
      },
    ];
    await serve((_, response) => response.write('a piece'), { policies });
    const first = get(gateway.url);
    first.on('error', () => undefined);
    await once(first, 'response');
    expect((await fetch(gateway.url)).status).toBe(429);
    first.destroy();
    await vi.waitFor(async () => {
      const again = await fetch(gateway.url, { signal: AbortSignal.timeout(5_000) });
      await again.body?.cancel();
      expect(again.status).toBe(200);
    });
  });
});

describe('an upstream that fails', () => {
  const answerOf = async (response: Response) => ({
    status: response.status,
    type: response.headers.get('content-type'),
    proxy: response.headers.get('proxy-status'),
    body: (await response.json()) as { title: string; request_id: string },
  });

  it('in the midst of a body breaks the connection rather than end the answer', async () => {
    await serve((incoming, response) => {
      if (incoming.url === '/length') response.writeHead(200, { 'Content-Length': '100' });
      response.write('only a part');
      setImmediate(() => response.destroy());
    });
    for (const path of ['/length', '/chunks']) {
      const { received, closed } = await exchange(
        gateway.port,
        `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`,
      );
      expect(received).toMatch(/only a part/);
      expect(received).not.toMatch(/\r\n0\r\n\r\n$/);
      expect(closed).toBe(true);
    }
  });

  it('before it answers is a 502 that names nothing of it', async () => {
    await serve((incoming) => incoming.socket.destroy());
    const { status, type, proxy, body } = await answerOf(
      await fetch(gateway.url, { method: 'POST', body: 'once' }),
    );
    expect({ status, type, proxy }).toEqual({
      status: 502,
      type: 'application/problem+json',
      proxy: 'floodgate; error=connection_terminated',
    });
    expect(JSON.stringify(body)).not.toContain('127.0.0.1');
  });

  it('by not being there is a 502', async () => {
    await serve((_, response) => response.end());
    await service.close();
    const { status, proxy } = await answerOf(await fetch(gateway.url));
    expect({ status, proxy }).toEqual({
      status: 502,
      proxy: 'floodgate; error=connection_refused',
    });
  });

  it('keeps no place of a request that came to nothing', async () => {
    await serve((_, response) => response.end());
    await service.close();
    for (let i = 0; i < 10; i++) await (await fetch(gateway.url, { method: 'POST' })).arrayBuffer();
    const [target] = gateway.upstreams.status()[0]?.targets ?? [];
    expect(target?.inFlight).toBe(0);
    expect(target?.failures).toBeGreaterThanOrEqual(10);
  });

  it('by silence is a 504 after its time, and its connection is given up', async () => {
    let abandoned = 0;
    await serve(
      (_, response) => {
        response.once('close', () => {
          abandoned += 1;
        });
      },
      { upstream: { timeouts: { first_byte_ms: 200 } } },
    );
    const { status, proxy } = await answerOf(await fetch(gateway.url));
    expect({ status, proxy }).toEqual({
      status: 504,
      proxy: 'floodgate; error=http_response_timeout',
    });
    await vi.waitFor(() => expect(abandoned).toBe(1));
  });

  it('by silence in the midst of a body breaks the connection', async () => {
    await serve((_, response) => response.write('a piece'), {
      upstream: { timeouts: { idle_ms: 200 } },
    });
    const { received, closed } = await exchange(gateway.port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    expect(received).toContain('a piece');
    expect(closed).toBe(true);
  });

  it('by taking longer than the whole may take breaks the connection', async () => {
    await serve(
      (_, response) => {
        const ticking = setInterval(() => response.write('tick'), 20);
        response.once('close', () => clearInterval(ticking));
      },
      { upstream: { timeouts: { total_ms: 300 } } },
    );
    const { received, closed } = await exchange(gateway.port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    expect(received).toContain('tick');
    expect(closed).toBe(true);
  });

  it.each([
    ['no HTTP', 'nonsense\r\n\r\n'],
    ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab'],
    [
      'two codings',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    ['a status that is none', 'HTTP/1.1 099 What\r\nContent-Length: 2\r\n\r\nhi'],
    ['a switch that nobody asked for', 'HTTP/1.1 101 Switching Protocols\r\n\r\nhello'],
    ['a coding that is no framing', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nab'],
    ['fields without end', `HTTP/1.1 200 OK\r\n${'X-A: '.padEnd(70_000, 'a')}\r\n\r\n`],
  ])('by answering with %s is a 502', async (_, bytes) => {
    await serve((incoming) => incoming.socket.end(bytes));
    const response = await fetch(gateway.url, { method: 'POST' });
    expect(response.status).toBe(502);
  });

  it('carries the limits of the policies in its 502 as well', async () => {
    await serve((incoming) => incoming.socket.destroy(), {
      policies: [
        { name: 'some', limits: [{ algorithm: 'fixed-window', quota: 9, window_ms: 3_600_000 }] },
      ],
    });
    const response = await fetch(gateway.url, { method: 'POST' });
    expect(response.headers.get('ratelimit')).toMatch(/^"some";r=8/);
    expect(response.headers.get('x-request-id')).toBe(
      ((await response.json()) as { request_id: string }).request_id,
    );
  });
});

describe('an answer of an upstream', () => {
  it('is not to be kept when policies held its request and it says nothing about it', async () => {
    await serve(
      (incoming, response) => {
        if (incoming.url === '/public') response.setHeader('Cache-Control', 'public, max-age=60');
        response.end();
      },
      {
        policies: [
          { name: 'some', limits: [{ algorithm: 'fixed-window', quota: 9, window_ms: 3_600_000 }] },
        ],
      },
    );
    expect((await fetch(gateway.url)).headers.get('cache-control')).toBe('no-store');
    expect((await fetch(`${gateway.url}/public`)).headers.get('cache-control')).toBe(
      'public, max-age=60',
    );
  });

  it('is recorded with its status, so that it can be explained', async () => {
    await serve((_, response) => response.writeHead(418).end(), {
      policies: [
        { name: 'some', limits: [{ algorithm: 'fixed-window', quota: 9, window_ms: 3_600_000 }] },
      ],
    });
    await fetch(gateway.url, { headers: { 'X-Request-Id': 'teapot' } });
    expect(gateway.gateway.decisions.find('teapot')).toMatchObject({ status: 418, route: 'all' });
  });

  it('says Connection: close while the process drains', async () => {
    await serve((_, response) => response.end('late'));
    gateway.gateway.replica.isDraining = true;
    const response = await fetch(gateway.url);
    expect(response.headers.get('connection')).toBe('close');
  });

  it('keeps several Set-Cookie fields apart', async () => {
    await serve((_, response) => response.setHeader('Set-Cookie', ['a=1', 'b=2']).end());
    const response = await fetch(gateway.url);
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  });

  it('reaches no client of the control plane, on whichever replica', async () => {
    await serve((_, response) => response.end('leaked'));
    for (const path of [
      '/api/v1/admin/session',
      '/API/v1/admin/x',
      '/api/v1/admin;a/policies',
      '/api/v1/live',
    ]) {
      const response = await fetch(gateway.url + path);
      expect([path, response.status]).toEqual([path, 404]);
    }
  });

  it('of a circle of gateways is a 508', async () => {
    await serve((_, response) => response.end());
    const via = Array(8).fill('1.1 floodgate').join(', ');
    const response = await fetch(gateway.url, { headers: { Via: via } });
    expect(response.status).toBe(508);
    expect(await json(response.body as never)).toMatchObject({ title: 'Loop detected' });
  });
});

function deferred() {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
