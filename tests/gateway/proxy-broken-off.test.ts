import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import {
  type Origin,
  type Proxied,
  type ProxiedOptions,
  proxied,
  rawOrigin,
} from '../support/proxied';

let gateway: Proxied;
let service: Pick<Origin, 'url' | 'close'>;

/** An upstream that answers every connection with these bytes, and ends it. */
async function serve(
  answer: string,
  { ends = true, ...options }: Omit<ProxiedOptions, 'targets'> & { ends?: boolean } = {},
): Promise<void> {
  service = await rawOrigin((socket) => {
    socket.once('data', () => {
      socket.write(answer);
      // So that the answer's part is on its way to the client before.
      if (ends) setTimeout(() => socket.end(), 50);
    });
  });
  gateway = await proxied({ targets: [service.url], ...options });
}

afterEach(async () => {
  await gateway.close();
  await service.close();
});

interface Heard {
  readonly received: string;
  /** How the connection ended. */
  readonly end: string;
}

function ask(version: string, method = 'GET', fields = ''): Promise<Heard> {
  return new Promise((resolve) => {
    const socket = connect(gateway.port, '127.0.0.1');
    let received = '';
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      received += chunk;
    });
    socket.once('end', () => resolve({ received, end: 'clean' }));
    socket.once('error', (error: NodeJS.ErrnoException) =>
      resolve({ received, end: error.code ?? '' }),
    );
    socket.write(`${method} / HTTP/${version}\r\nHost: a\r\n${fields}\r\n`);
  });
}

const CHUNKED = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nshort\r\n';

describe('an answer that its upstream breaks off', () => {
  it('is reset where the end of the connection would be the end of the answer', async () => {
    await serve(CHUNKED);
    const { received, end } = await ask('1.0');
    expect(received).toMatch(/^HTTP\/1\.1 200 OK[\s\S]*\r\n\r\nshort$/);
    expect(end).toBe('ECONNRESET');
  });

  it('is reset, too, on a connection that was to change protocols', async () => {
    await serve(CHUNKED);
    const { end } = await ask('1.0', 'GET', 'Connection: Upgrade\r\nUpgrade: h2c\r\n');
    expect(end).toBe('ECONNRESET');
  });

  it('is reset when it takes longer than the whole may', async () => {
    await serve(CHUNKED, { ends: false, upstream: { timeouts: { total_ms: 300 } } });
    expect((await ask('1.0')).end).toBe('ECONNRESET');
  });

  it.each([
    ['1.1', 'its last chunk', CHUNKED],
    ['1.0', 'its length', 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort'],
    ['1.1', 'its length', 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort'],
  ])('keeps what came of it for a client of HTTP/%s that misses %s', async (version, _, answer) => {
    await serve(answer);
    const { received, end } = await ask(version);
    expect(received).toMatch(/short(?:\r\n)?$/);
    expect(end).toBe('clean');
  });
});

describe('an answer that is whole', () => {
  it('and ends with the connection ends cleanly', async () => {
    await serve(`${CHUNKED}0\r\n\r\n`);
    const { received, end } = await ask('1.0');
    expect(received).toMatch(/\r\n\r\nshort$/);
    expect(end).toBe('clean');
  });

  it('and has no body ends cleanly', async () => {
    await serve('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
    const { received, end } = await ask('1.0', 'HEAD');
    expect(received).toMatch(/^HTTP\/1\.1 200 OK[\s\S]*\r\n\r\n$/);
    expect(end).toBe('clean');
  });
});
