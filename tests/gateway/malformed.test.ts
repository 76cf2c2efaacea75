import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { rejectMalformed } from '../../lib/gateway/malformed';
import { statusesIn } from '../support/raw-http';

const GET = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';
const MALFORMED = 'what is this\r\n\r\n';
const POST = 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A connection to a server that answers by this. */
async function open(answer: RequestListener) {
  const server = createServer(answer).on('clientError', rejectMalformed);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(() => server.close().closeAllConnections());
  const { port } = server.address() as AddressInfo;
  const socket = connect(port, '127.0.0.1').on('error', () => undefined);
  cleanups.push(() => socket.destroy());
  let received = '';
  socket.setEncoding('latin1').on('data', (chunk) => {
    received += String(chunk);
  });
  const closed = new Promise((resolve) => socket.once('close', resolve));
  return {
    write: (text: string) => socket.write(text),
    until: (text: string) => expect.poll(() => received).toContain(text),
    /** All that came until the server closed it. */
    whole: async () => {
      await closed;
      return received;
    },
  };
}

describe('what is no request', () => {
  it.each([
    ['first', MALFORMED],
    ['after an answer', `${GET}${MALFORMED}`],
  ])('is answered 400 when it comes %s', async (_, requests) => {
    const { write, until, whole } = await open((_request, response) => response.end('ok'));
    for (const request of requests.split(/(?<=\r\n\r\n)/)) {
      write(request);
      if (request === GET) await until('ok');
    }
    expect(statusesIn(await whole()).at(-1)).toBe(400);
  });

  it('is answered 400 when it is the body of a request that has no answer yet', async () => {
    const { write, whole } = await open((request) => void request.resume());
    write(`${POST}no size\r\n`);
    expect(statusesIn(await whole())).toEqual([400]);
  });

  it('puts nothing into an answer that has begun', async () => {
    const { write, until, whole } = await open((_request, response) => {
      response.writeHead(200, { 'Content-Length': '1000' }).write('begin');
    });
    write(GET);
    await until('begin');
    write(MALFORMED);
    expect(await whole()).toMatch(/\r\n\r\nbegin$/);
  });

  it('is not taken for the answer that the request before it waits for', async () => {
    const { write, whole } = await open(() => undefined);
    write(`${GET}${MALFORMED}`);
    expect(await whole()).toBe('');
  });
});
