import { once } from 'node:events';
import { createServer, get, type RequestListener } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { closeListener, type ShutdownTimes, trackConnections } from '../../lib/process';

const AT_ONCE: ShutdownTimes = { acceptForMs: 0, keepIdleForMs: 0, timeoutMs: 60_000 };
/** More than a socket takes at once. */
const MANY_BYTES = 32 * 1_048_576;

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function serve(answer: RequestListener) {
  const server = createServer(answer);
  const upgraded: Socket[] = [];
  server.on('upgrade', (_request, socket: Socket) => {
    upgraded.push(socket.on('error', () => undefined));
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: any\r\n\r\n');
  });
  const listener = {
    server,
    connections: trackConnections(server),
    closeUpgraded: () => upgraded.forEach((socket) => void socket.destroy()),
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(() => server.close().closeAllConnections());
  const { port } = server.address() as AddressInfo;
  return { listener, port, close: (times = AT_ONCE) => closeListener(listener, times) };
}

/** A connection over which requests are written by hand. */
async function open(port: number, request = '') {
  const socket = connect(port, '127.0.0.1').on('error', () => undefined);
  cleanups.push(() => socket.destroy());
  await once(socket, 'connect');
  let received = '';
  socket.setEncoding('latin1').on('data', (chunk) => {
    received += String(chunk);
  });
  const ended = new Promise((resolve) => socket.once('close', resolve));
  socket.write(request);
  return {
    socket,
    ended,
    received: () => received,
    until: (text: string) => expect.poll(() => received, { timeout: 10_000 }).toContain(text),
  };
}

const GET = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';

describe('a listener that is closed', () => {
  it('takes no connection any more and ends idle ones, used before or not', async () => {
    const { port, close } = await serve((_request, response) => response.end('ok'));
    const used = await open(port, GET);
    await used.until('ok');
    const unused = await open(port);
    await close();
    await Promise.all([used.ended, unused.ended]);
    await expect(open(port)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('lets an answer that has begun end, and then its connection', async () => {
    let finish = () => {};
    const { port, close } = await serve((_request, response) => {
      response.write('begin');
      finish = () => void response.end('end');
    });
    const busy = await open(port, GET);
    await busy.until('begin');
    const closed = close();
    finish();
    await busy.until('end');
    await closed;
    await busy.ended;
  });

  it('cuts off no answer that a slow reader has not received yet', async () => {
    const { port, close } = await serve((_request, response) => {
      response.end(Buffer.alloc(MANY_BYTES));
    });
    const [response] = await once(get({ port, host: '127.0.0.1' }), 'response');
    const closed = close();
    // Long enough for several looks at what is idle.
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await buffer(response)).toHaveLength(MANY_BYTES);
    await closed;
  });

  it('ends idle connections while a slow reader keeps its own', async () => {
    const { listener, port, close } = await serve((request, response) => {
      response.end(request.url === '/many' ? Buffer.alloc(MANY_BYTES) : 'ok');
    });
    // Or idle ones would end by themselves.
    listener.server.keepAliveTimeout = 0;
    const accepted: Socket[] = [];
    listener.server.on('connection', (socket: Socket) => accepted.push(socket));
    const [response] = await once(get({ port, host: '127.0.0.1', path: '/many' }), 'response');
    const [idle, halfSent] = [await open(port, GET), await open(port, GET)];
    for (const { until } of [idle, halfSent]) await until('ok');
    halfSent.socket.write('GET / HTTP/1.1\r\nHost:');
    await expect.poll(() => accepted.at(-1)?.bytesRead).toBeGreaterThan(GET.length);
    const closed = close();
    await idle.ended;
    halfSent.socket.write(' a\r\n\r\n');
    await expect.poll(() => halfSent.received().split('ok').length).toBe(3);
    await halfSent.ended;
    expect(await buffer(response)).toHaveLength(MANY_BYTES);
    await closed;
  });

  it('still takes connections while it waits to be noticed', async () => {
    const { port, close } = await serve((_request, response) => response.end('ok'));
    const closed = close({ ...AT_ONCE, acceptForMs: 500 });
    const late = await open(port, GET);
    await late.until('ok');
    await closed;
    await late.ended;
  });

  it('answers a last request of connections that it keeps for it, and takes no new one', async () => {
    const { port, close } = await serve((_request, response) => {
      response.shouldKeepAlive = false;
      response.end('ok');
    });
    const kept = await open(port);
    const closed = close({ ...AT_ONCE, keepIdleForMs: 500 });
    await expect.poll(() => open(port).then(String, String)).toContain('ECONNREFUSED');
    kept.socket.write(GET);
    await kept.until('ok');
    await kept.ended;
    await closed;
  });

  it.each([
    ['requests', GET, 'begin'],
    [
      'upgraded connections',
      GET.replace('\r\n\r\n', '\r\nConnection: Upgrade\r\nUpgrade: any\r\n\r\n'),
      '101',
    ],
    ['half-sent requests', 'GET / HTTP/1.1\r\nHost:', ''],
  ])('ends %s by force after the timeout', async (_, request, sign) => {
    const { port, close } = await serve((_request, response) => void response.write('begin'));
    const busy = await open(port, request);
    await busy.until(sign);
    await close({ ...AT_ONCE, timeoutMs: 50 });
    await busy.ended;
  });
});
