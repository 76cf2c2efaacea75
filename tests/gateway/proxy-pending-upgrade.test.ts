import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  type Origin,
  type Proxied,
  type ProxiedOptions,
  proxied,
  rawOrigin,
} from '../support/proxied';

let gateway: Proxied;
let service: Pick<Origin, 'url' | 'close'>;
/** Wishes that came to the upstream, and connections of these that are gone. */
let arrived: number;
let abandoned: number;

/** An upstream that writes its answers itself. */
async function serve(
  answer: (socket: Socket) => void,
  options: Omit<ProxiedOptions, 'targets'> = {},
): Promise<void> {
  arrived = 0;
  abandoned = 0;
  service = await rawOrigin((socket) => {
    socket.once('close', () => {
      abandoned += 1;
    });
    socket.once('data', () => {
      arrived += 1;
      answer(socket);
    });
  });
  gateway = await proxied({ targets: [service.url], ...options });
}

afterEach(async () => {
  await gateway.close();
  await service.close();
});

const SWITCHING =
  'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';

/** A client that asks for a WebSocket, and does no more of the protocol. */
function asking(): Socket {
  const socket = connect({ port: gateway.port, host: '127.0.0.1', allowHalfOpen: true });
  socket.on('error', () => undefined);
  socket.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
  return socket;
}

const ONE_AT_A_TIME = {
  policies: [
    { name: 'open', limits: [{ algorithm: 'concurrency' as const, quota: 1, lease_ms: 60_000 }] },
  ],
  upstream: { connections: { upgraded: 1 } },
};

describe('an upstream that changes', () => {
  it.each([
    ['one that was not asked for', 'Connection: Upgrade\r\nUpgrade: h2c\r\n'],
    ['one that was, and another', 'Connection: Upgrade\r\nUpgrade: websocket\r\nUpgrade: h2c\r\n'],
    ['none that it names', ''],
  ])('protocols to %s is answered for with 502', async (_, fields) => {
    await serve((socket) =>
      socket.write(`HTTP/1.1 101 Switching Protocols\r\n${fields}\r\nunasked`),
    );
    const received = await text(asking());
    expect(received).toMatch(/^HTTP\/1\.1 502 Bad Gateway/);
    expect(received).toMatch(/\r\nProxy-Status: floodgate; error=http_protocol_error\r\n/);
    expect(received).not.toContain('unasked');
    await vi.waitFor(() => expect(abandoned).toBe(1));
    expect(gateway.upstreams.status()[0]).toMatchObject({
      upgraded: 0,
      targets: [{ inFlight: 0, failures: 1 }],
    });
  });
});

describe('a connection that has changed protocols', () => {
  const LARGE = Buffer.alloc(16_777_216, 'a');

  it('brings a client that reads late all that its upstream said before it ended', async () => {
    let hasEnded = false;
    await serve((socket) => {
      socket.write(SWITCHING);
      socket.end(LARGE, () => {
        hasEnded = true;
      });
    });
    const client = asking();
    const [head] = await once(client, 'data');
    client.pause();
    await new Promise((resolve) => setTimeout(resolve, 200));
    const rest = await text(client);
    expect(hasEnded).toBe(true);
    const received = `${head}${rest}`;
    expect(received.length - received.indexOf('\r\n\r\n') - 4).toBe(LARGE.length);
  });

  it('brings an upstream all that a client said before it ended, and back what it says then', async () => {
    await serve((socket) => {
      let length = 0;
      socket.allowHalfOpen = true;
      socket.write(SWITCHING);
      socket.on('data', (chunk) => {
        length += chunk.length;
      });
      socket.once('end', () => socket.end(`got ${length}`));
    });
    const client = asking();
    await once(client, 'data');
    client.end(LARGE);
    expect(await text(client)).toBe('got 16777216');
    await vi.waitFor(() => expect(gateway.upstreams.status()[0]?.upgraded).toBe(0));
  });
});

describe('a client whose wish to change protocols has no answer yet', () => {
  it.each<[string, (client: Socket) => void]>([
    ['ends', (client) => client.end()],
    ['resets', (client) => client.resetAndDestroy()],
    ['says too much', (client) => client.write(Buffer.alloc(200_000))],
  ])('holds nothing any more when it %s', async (_, leave) => {
    await serve(() => undefined, ONE_AT_A_TIME);
    for (let round = 1; round <= 3; round++) {
      const client = asking();
      await vi.waitFor(() => expect(arrived).toBe(round));
      leave(client);
      await vi.waitFor(() => expect(abandoned).toBe(round));
      expect(gateway.upstreams.status()[0]?.targets[0]?.inFlight).toBe(0);
      client.destroy();
    }
    // Leaving says nothing about a target.
    expect(gateway.upstreams.status()[0]?.breaker.failures).toBe(0);
  });

  it('may speak before: its upstream hears it all, in order', async () => {
    let heard = '';
    let change: () => void = () => undefined;
    await serve((socket) => {
      change = () => {
        socket.write(SWITCHING);
        socket.on('data', (chunk) => {
          heard += chunk;
        });
      };
    });
    const client = asking();
    client.write('at once ');
    await vi.waitFor(() => expect(arrived).toBe(1));
    for (const word of ['one ', 'two ', 'three ']) {
      client.write(word);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    change();
    const [head] = await once(client, 'data');
    expect(String(head)).toMatch(/^HTTP\/1\.1 101 /);
    client.write('four');
    await vi.waitFor(() => expect(heard).toBe('at once one two three four'));
    client.destroy();
    await vi.waitFor(() => expect(gateway.upstreams.status()[0]?.upgraded).toBe(0));
  });

  it('gets a refusal whole, whatever it said before', async () => {
    await serve((socket) => {
      setTimeout(() => {
        socket.write('HTTP/1.1 403 Forbidden\r\nContent-Length: 8\r\n\r\nrefu');
        setTimeout(() => socket.write('sal.'), 50);
      }, 50);
    });
    const client = asking();
    client.write('early');
    client.once('data', () => client.write('late'));
    expect(await text(client)).toMatch(/^HTTP\/1\.1 403 Forbidden[\s\S]*refusal\.$/);
  });
});
