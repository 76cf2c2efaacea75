import { once } from 'node:events';
import { connect, Socket } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { capConnections } from '../../lib/gateway/connection-cap';
import { trackConnections } from '../../lib/process';
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
let sockets: WebSocketServer;

async function serve(options: Omit<ProxiedOptions, 'targets'> = {}): Promise<void> {
  service = await origin((request, response) => {
    response.writeHead(200).end(`plain ${request.headers.upgrade ?? 'request'}`);
  });
  sockets = new WebSocketServer({ noServer: true });
  service.server.on('upgrade', (request, socket, head) => {
    if (request.url === '/refused') {
      socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (client) => {
      client.on('error', () => undefined);
      if (request.url === '/reset' && socket instanceof Socket) socket.resetAndDestroy();
      client.on('message', (message, isBinary) => client.send(message, { binary: isBinary }));
      client.send(JSON.stringify(request.headers));
    });
  });
  gateway = await proxied({ targets: [service.url], ...options });
}

afterEach(async () => {
  for (const client of sockets.clients) client.terminate();
  await gateway.close();
  await service.close();
});

const LIMITED = {
  policies: [
    { name: 'open', limits: [{ algorithm: 'concurrency' as const, quota: 1, lease_ms: 60_000 }] },
  ],
};

const socketUrl = (path = '/') => `ws://127.0.0.1:${gateway.port}${path}`;

async function opened(url: string): Promise<{ client: WebSocket; first: Record<string, string> }> {
  const client = new WebSocket(url);
  const [message] = await once(client, 'message');
  return { client, first: JSON.parse(String(message)) };
}

describe('a WebSocket', () => {
  it('that is reset on either side ends on the other, and harms nobody else', async () => {
    await serve();
    const { client: other } = await opened(socketUrl());
    const lost = new WebSocket(socketUrl('/reset'));
    lost.on('error', () => undefined);
    await once(lost, 'close');
    const leaving = await opened(socketUrl());
    await vi.waitFor(() => expect(sockets.clients.size).toBe(2));
    leaving.client.terminate();
    await vi.waitFor(() => expect(sockets.clients.size).toBe(1));
    other.send('still here');
    expect(String((await once(other, 'message'))[0])).toBe('still here');
    other.close();
  });

  it('is carried both ways, text and bytes, with the fields of a proxy', async () => {
    await serve();
    const { client, first } = await opened(socketUrl('/chat?room=1'));
    expect(first).toMatchObject({ 'x-forwarded-for': '127.0.0.1', via: '1.1 floodgate' });
    const large = Buffer.alloc(300_000, 'a');
    client.send(large);
    const [echoed] = await once(client, 'message');
    expect(Buffer.from(echoed).equals(large)).toBe(true);
    client.close(4_001, 'enough');
    expect(await once(client, 'close')).toEqual([4_001, Buffer.from('enough')]);
  });

  it('that its upstream ends is ended for the client, and the other way round', async () => {
    await serve();
    const first = await opened(socketUrl());
    const second = await opened(socketUrl());
    const [one, two] = sockets.clients;
    const ended = once(first.client, 'close');
    one?.terminate();
    await ended;
    const gone = two && once(two, 'close');
    second.client.terminate();
    await gone;
    await vi.waitFor(() => expect(gateway.upstreams.status()[0]?.upgraded).toBe(0));
  });

  it('that its upstream refuses gets that answer', async () => {
    await serve();
    const client = new WebSocket(socketUrl('/refused'));
    const [, response] = await once(client, 'unexpected-response');
    expect(response.statusCode).toBe(403);
    client.on('error', () => undefined);
    client.terminate();
  });

  it('that a policy refuses gets a 429, and no upstream is asked', async () => {
    await serve(LIMITED);
    const { client } = await opened(socketUrl());
    const refused = new WebSocket(socketUrl());
    const [, response] = await once(refused, 'unexpected-response');
    expect(response.statusCode).toBe(429);
    expect(response.headers['retry-after']).toMatch(/^\d+$/);
    refused.on('error', () => undefined);
    refused.terminate();
    expect(sockets.clients.size).toBe(1);
    client.terminate();
  });

  it('holds its slot for as long as it is open', async () => {
    await serve(LIMITED);
    const { client } = await opened(socketUrl());
    client.terminate();
    await vi.waitFor(async () => {
      const again = new WebSocket(socketUrl());
      const [event] = await Promise.race([
        once(again, 'open').then(() => ['open']),
        once(again, 'unexpected-response').then(() => ['refused']),
      ]);
      again.on('error', () => undefined);
      again.terminate();
      expect(event).toBe('open');
    });
  });

  it('beyond the number that an upstream takes is refused with 503', async () => {
    await serve({ upstream: { connections: { upgraded: 1 } } });
    const { client } = await opened(socketUrl());
    const refused = new WebSocket(socketUrl());
    const [, response] = await once(refused, 'unexpected-response');
    expect(response.statusCode).toBe(503);
    refused.on('error', () => undefined);
    refused.terminate();
    client.terminate();
  });

  it('is nothing that Node takes for a leak', async () => {
    const warnings: Error[] = [];
    const onWarning = (warning: Error) => warnings.push(warning);
    process.on('warning', onWarning);
    await serve();
    // They listen to each connection of a process, too.
    capConnections(gateway.door, 100, () => false);
    trackConnections(gateway.door);
    const { client } = await opened(socketUrl());
    client.send('hello');
    await once(client, 'message');
    client.close();
    await once(client, 'close');
    process.off('warning', onWarning);
    expect(warnings).toEqual([]);
  });

  it('is ended when the process stops', async () => {
    await serve();
    const { client } = await opened(socketUrl());
    const closed = once(client, 'close');
    gateway.door.closeUpgraded();
    await closed;
  });
});

describe('a request to change protocols', () => {
  it('that its upstream is not to be asked for is answered like any other', async () => {
    await serve();
    const { received } = await exchange(
      gateway.port,
      'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n',
    );
    expect(received).toMatch(/^HTTP\/1\.1 200 OK/);
    expect(received).toMatch(/plain request/);
  });

  it('is answered by what Floodgate serves itself without one', async () => {
    await serve();
    const { received } = await exchange(
      gateway.port,
      'GET /health/live HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
    );
    expect(received).toMatch(/^HTTP\/1\.1 200 OK/);
  });

  it('and brings a body is refused, since where it ends could be read in two ways', async () => {
    await serve();
    const { received } = await exchange(
      gateway.port,
      'POST / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: h2c\r\nContent-Length: 4\r\n\r\nbody',
    );
    expect(received).toMatch(/^HTTP\/1\.1 400 Bad Request/);
  });

  it('by HTTP/1.0, which knows no such thing, is answered like any other', async () => {
    await serve();
    const { received } = await exchange(
      gateway.port,
      'GET / HTTP/1.0\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
      (text) => text.includes('101'),
    );
    expect(received).toMatch(/^HTTP\/1\.1 200 OK/);
    expect(received).toMatch(/plain request/);
  });

  it('that its upstream is not to be asked for ends there when its client leaves', async () => {
    await serve();
    const gone = new Promise((resolve) => {
      service.server.removeAllListeners('request');
      service.server.once('request', (_, response) => {
        response.once('close', resolve);
        client.end();
      });
    });
    const client = connect({ port: gateway.port, host: '127.0.0.1', allowHalfOpen: true });
    client.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n');
    await gone;
    client.destroy();
  });

  it('by CONNECT opens no tunnel', async () => {
    await serve();
    const socket = connect(gateway.port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write('CONNECT 169.254.169.254:80 HTTP/1.1\r\nHost: 169.254.169.254:80\r\n\r\n');
    const [received = ''] = await Promise.race([
      once(socket, 'data'),
      once(socket, 'close').then(() => ['']),
    ]);
    expect(String(received)).not.toMatch(/^HTTP\/1\.1 2/);
    socket.destroy();
  });
});
