import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  type Origin,
  origin,
  type Proxied,
  type ProxiedOptions,
  proxied,
} from '../support/proxied';
import { exchange, statusesIn } from '../support/raw-http';

let service: Origin;
let gateway: Proxied;
const clients: Socket[] = [];

async function serve(
  listener: RequestListener,
  options: Omit<ProxiedOptions, 'targets'> = {},
): Promise<void> {
  service = await origin(listener);
  gateway = await proxied({ targets: [service.url], ...options });
}

afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  await gateway.close();
  await service.close();
});

function client(bytes: string): Socket {
  const socket = connect(gateway.port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write(bytes, 'latin1');
  clients.push(socket);
  return socket;
}

const get = (path: string, ...fields: string[]) =>
  `GET ${path} HTTP/1.1\r\n${['Host: a', ...fields].join('\r\n')}\r\n\r\n`;
const target = () => gateway.upstreams.status()[0]?.targets[0];
const breaker = () => gateway.upstreams.status()[0]?.breaker;
const MIB = 1_048_576;

describe('requests that are pipelined', () => {
  it('are served one after the other', async () => {
    const running: string[] = [];
    await serve((request, response) => {
      running.push(`begin ${request.url}`);
      setImmediate(() => {
        running.push(`end ${request.url}`);
        response.end();
      });
    });
    await exchange(gateway.port, get('/1') + get('/2') + get('/3', 'Connection: close'));
    expect(running).toEqual(['begin /1', 'end /1', 'begin /2', 'end /2', 'begin /3', 'end /3']);
  });

  it('hold nothing once their client has gone', async () => {
    let asked = 0;
    await serve((_, response) => {
      asked += 1;
      response.write('a piece');
    });
    const socket = client(get('/') + get('/') + get('/'));
    await vi.waitFor(() => expect(asked).toBe(1));
    socket.destroy();
    await vi.waitFor(() => expect(target()?.inFlight).toBe(0));
    expect(asked).toBe(1);
  });

  it('and ask to change protocols while an answer is due end the connection, nothing else', async () => {
    await serve((request, response) => {
      if (request.url !== '/slow') response.end('well');
    });
    const upgrade = get('/', 'Connection: Upgrade', 'Upgrade: websocket');
    const { closed } = await exchange(gateway.port, get('/slow') + upgrade);
    expect(closed).toBe(true);
    expect(await (await fetch(gateway.url)).text()).toBe('well');
  });

  it('by the hundreds end the connection', async () => {
    await serve(() => undefined);
    const { closed } = await exchange(gateway.port, get('/').repeat(500));
    expect(closed).toBe(true);
  });
});

describe('clients that leave while they wait for a place', () => {
  it('cost the upstream neither requests nor connections', async () => {
    let asked = 0;
    let connections = 0;
    const waiting: (() => void)[] = [];
    await serve(
      (_, response) => {
        asked += 1;
        waiting.push(() => response.end());
      },
      { upstream: { connections: { per_target: 1, queued: 50 } } },
    );
    service.server.on('connection', () => {
      connections += 1;
    });
    client(get('/'));
    await vi.waitFor(() => expect(asked).toBe(1));
    const leaving = Array.from({ length: 50 }, () => client(get('/')));
    await vi.waitFor(() => expect(target()?.inFlight).toBe(51));
    for (const socket of leaving) socket.destroy();
    waiting.splice(0).forEach((finish) => {
      finish();
    });
    await vi.waitFor(() => expect(target()?.inFlight).toBe(0));
    client(get('/'));
    await vi.waitFor(() => expect(asked).toBe(2));
    expect(connections).toBe(1);
    expect(breaker()?.failures).toBe(0);
  });
});

describe('a client that takes nothing of its answer', () => {
  const timeouts = { first_byte_ms: 200, idle_ms: 200 };
  const policies = [
    { name: 'one', limits: [{ algorithm: 'concurrency' as const, quota: 1, lease_ms: 60_000 }] },
  ];

  it('is cut off, and says nothing about the target', async () => {
    await serve(
      (_, response) => {
        response.writeHead(200, { 'Content-Length': String(64 * MIB) });
        response.end(Buffer.alloc(64 * MIB));
      },
      { upstream: { timeouts }, policies },
    );
    const socket = client(get('/'));
    socket.pause();
    await vi.waitFor(() => expect(target()?.inFlight).toBe(1));
    await vi.waitFor(() => expect(target()?.inFlight).toBe(0), { timeout: 10_000 });
    expect(target()?.failures).toBe(0);
  });

  it('is cut off at the end of the time for the whole, too, and that is not the target’s fault', async () => {
    await serve(
      (_, response) => {
        response.writeHead(200, { 'Content-Length': String(64 * MIB) });
        response.end(Buffer.alloc(64 * MIB));
      },
      { upstream: { timeouts: { total_ms: 300 } } },
    );
    const socket = client(get('/'));
    socket.pause();
    await vi.waitFor(() => expect(target()?.inFlight).toBe(1));
    await vi.waitFor(() => expect(target()?.inFlight).toBe(0), { timeout: 10_000 });
    expect(target()?.failures).toBe(0);
  });
});

describe('an answer to a request that wished to change protocols', () => {
  it('comes whole, however long it is', async () => {
    await serve((_, response) => response.end(Buffer.alloc(16 * MIB, 'a')));
    const { received } = await exchange(
      gateway.port,
      get('/', 'Connection: Upgrade', 'Upgrade: h2c'),
    );
    expect(received.length).toBeGreaterThan(16 * MIB);
  });

  it('ends upstream when its client says that it has ended', async () => {
    let isOpen = false;
    await serve((_, response) => {
      isOpen = true;
      response.once('close', () => {
        isOpen = false;
      });
      response.write('a piece');
    });
    const socket = client(get('/', 'Connection: Upgrade', 'Upgrade: other'));
    await once(socket, 'data');
    expect(isOpen).toBe(true);
    socket.end();
    await vi.waitFor(() => expect(isOpen).toBe(false));
  });
});

describe('an upstream with odd answers', () => {
  const raw = (bytes: string) => serve((request) => request.socket.end(bytes));

  it('may send several links in one hint, and an end of hints', async () => {
    const hint = 'HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload, </b>; rel=preload\r\n\r\n';
    await raw(`${hint.repeat(1_000)}HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok`);
    const { received } = await exchange(gateway.port, get('/', 'Connection: close'));
    expect(statusesIn(received)).toEqual([103, 200]);
  });

  it('sends no hints to clients of HTTP/1.0', async () => {
    await raw(
      'HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok',
    );
    const { received } = await exchange(gateway.port, 'GET / HTTP/1.0\r\n\r\n');
    expect(statusesIn(received)).toEqual([200]);
  });

  it('may send Connection twice', async () => {
    await raw(
      'HTTP/1.1 200 OK\r\nConnection: X-One\r\nConnection: close\r\nX-One: 1\r\nContent-Length: 2\r\n\r\nok',
    );
    const response = await fetch(gateway.url);
    expect([response.status, response.headers.get('x-one')]).toEqual([200, null]);
  });

  it.each([204, 304])('may say how long the body of a %i is not', async (status) => {
    await raw(`HTTP/1.1 ${status} Whatever\r\nContent-Length: 5\r\nConnection: close\r\n\r\n`);
    const response = await fetch(gateway.url);
    expect(response.status).toBe(status);
  });
});

describe('a slow upload', () => {
  it('is no slow answer', async () => {
    await serve(
      (request, response) => {
        request.resume().once('end', () => response.end());
      },
      { upstream: { breaker: { least_requests: 1, slow_ms: 100, slow_percent: 1 } } },
    );
    const socket = client('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n');
    for (const piece of ['s', 'l', 'o', 'w']) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      socket.write(piece);
    }
    await once(socket, 'data');
    expect(breaker()).toMatchObject({ state: 'closed', requests: 1, slow: 0 });
  });
});

describe('what a client claims', () => {
  it.each([
    'X-Forwarded-Prefix',
    'X-Forwarded-Ssl',
    'X-Forwarded-Scheme',
    'X_Forwarded_Prefix',
    'X-Original-URL',
    'X-Rewrite-URL',
    'True-Client-IP',
    'X-Client-IP',
    'X-Floodgate-Peer',
    'X_HTTP_Method_Override',
    'Content_Length',
    'Transfer_Encoding',
    'Proxy',
  ])('by %s goes no further, from a proxy either', async (name) => {
    await serve((request, response) => response.end(JSON.stringify(request.headers)), {
      trustedProxies: ['127.0.0.0/8'],
    });
    const response = await fetch(gateway.url, { headers: { [name]: 'claimed' } });
    expect(await response.text()).not.toContain('claimed');
  });

  it('about its host is not kept for others', async () => {
    await serve(
      (request, response) => {
        response.setHeader('Cache-Control', 'public, max-age=60');
        response.end(String(request.headers['x-forwarded-host'] ?? ''));
      },
      { trustedProxies: ['127.0.0.0/8'], route: { cache: true } },
    );
    const told = async (host: string) =>
      (await fetch(gateway.url, { headers: { 'X-Forwarded-Host': host } })).text();
    expect(await told('evil.example')).toBe('evil.example');
    expect(await told('api.example.org')).toBe('api.example.org');
  });
});
