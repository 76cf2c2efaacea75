import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Viewer } from '../../../lib/telemetry/live/viewer';

vi.setConfig({ testTimeout: 60_000 });

const PATIENCE = { timeout: 20_000, interval: 20 };
const KIBIBYTE = 1_024;
/** More than the system takes for a reader who does not read. */
const LOTS = Buffer.alloc(32 * KIBIBYTE * KIBIBYTE, 'x');

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

interface Watching {
  readonly viewer: Viewer;
  /** Reads nothing before it is told to. */
  readonly client: Socket;
  readonly hasLeft: () => boolean;
  /** What the server keeps for the client, bytes. */
  readonly waiting: () => number;
}

async function watch(greeting: readonly Buffer[] = []): Promise<Watching> {
  let hasLeft = false;
  let waiting = () => 0;
  const viewer: Viewer = new Viewer({
    onOpen: () => viewer.catchUp(greeting),
    onLeave() {
      hasLeft = true;
    },
  });
  const server = createServer((_request, response) => {
    waiting = () => response.writableLength;
    viewer.run(response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(() => server.close().closeAllConnections());
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1').pause();
  cleanups.push(() => client.destroy());
  client.on('error', () => undefined).write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  await once(server, 'request');
  return { viewer, client, hasLeft: () => hasLeft, waiting: () => waiting() };
}

const ms = (seconds: number) => performance.now() + seconds * 1_000;

describe('a viewer', () => {
  it('hears something every 15 s, where nothing happens too', async () => {
    const { viewer, client } = await watch();
    let received = '';
    client.setEncoding('utf8').on('data', (piece) => {
      received += String(piece);
    });
    client.resume();
    const at = ms(0);
    for (const seconds of [1, 14, 16, 20, 30]) viewer.tell(undefined, at + seconds * 1_000);
    viewer.tell(Buffer.from('told\n\n'), at + 32_000);
    for (const seconds of [40, 46, 48]) viewer.tell(undefined, at + seconds * 1_000);
    await expect.poll(() => received.split('\r\n\r\n')[1], PATIENCE).toBe(':\n\ntold\n\n:\n\n');
  });

  it('who does not read is dropped before much waits for them', async () => {
    const { viewer, hasLeft, waiting } = await watch();
    const piece = Buffer.alloc(16 * KIBIBYTE, 'x');
    const at = ms(0);
    let most = 0;
    for (let told = 0; !hasLeft(); told += piece.length) {
      expect(told).toBeLessThan(LOTS.length);
      viewer.tell(piece, at);
      most = Math.max(most, waiting());
      // What the system takes it takes now.
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(most).toBeLessThan(300 * KIBIBYTE);
    expect(most).toBeGreaterThan(200 * KIBIBYTE);
  });

  it('who takes nothing for ten seconds is dropped, however little waits', async () => {
    const { viewer, hasLeft, waiting } = await watch();
    const piece = Buffer.alloc(64 * KIBIBYTE, 'x');
    while (waiting() < piece.length) {
      viewer.tell(piece, ms(0));
      await new Promise((resolve) => setImmediate(resolve));
    }
    viewer.tell(undefined, ms(0));
    viewer.tell(undefined, ms(9));
    expect(hasLeft()).toBe(false);
    viewer.tell(undefined, ms(11));
    expect(hasLeft()).toBe(true);
  });

  it('who comes back may take their time for what they missed, and then no longer', async () => {
    const { viewer, client, hasLeft, waiting } = await watch([LOTS]);
    viewer.tell(Buffer.from('a'), ms(0));
    viewer.tell(Buffer.from('b'), ms(5));
    expect(hasLeft()).toBe(false);
    expect(waiting()).toBeGreaterThan(KIBIBYTE * KIBIBYTE);
    client.resume();
    await expect.poll(waiting, PATIENCE).toBe(0);
    client.pause();
    // From now on as everybody.
    viewer.tell(undefined, ms(6));
    viewer.tell(LOTS, ms(6));
    viewer.tell(undefined, ms(6));
    expect(hasLeft()).toBe(true);
  });

  it('whose stream has ended is told nothing more', async () => {
    const { viewer, client, hasLeft } = await watch([Buffer.from('first')]);
    viewer.end();
    viewer.tell(Buffer.from('late'), ms(1));
    expect(hasLeft()).toBe(true);
    let received = '';
    client.setEncoding('utf8').on('data', (piece) => {
      received += String(piece);
    });
    const ended = once(client, 'end');
    client.resume();
    await ended;
    expect(received.split('\r\n\r\n')[1]).toBe('first');
  });
});
