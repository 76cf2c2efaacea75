import { afterEach, describe, expect, it } from 'vitest';
import { ADMIN_TOKEN, Floodgate } from '../support/floodgate';
import { type EventStream, openStream } from '../telemetry/live/event-stream';

const PATIENCE = { timeout: 15_000, interval: 50 };
const ADMIN = { authorization: `Bearer ${ADMIN_TOKEN}` };
/** What a shutdown waits for answers that do not end: none of it is for viewers. */
const SHUTDOWN_TIMEOUT_MS = 60_000;

interface Second {
  readonly at: number;
  readonly allowed: number;
  readonly denied: number;
}

interface Decisions {
  readonly items: readonly Record<string, unknown>[];
}

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function start(): Promise<Floodgate> {
  const floodgate = await Floodgate.start('front door', {
    SHUTDOWN_TIMEOUT_MS: String(SHUTDOWN_TIMEOUT_MS),
  });
  cleanups.push(() => floodgate.stop('SIGKILL'));
  return floodgate;
}

async function watch(
  { url }: Floodgate,
  headers: Readonly<Record<string, string>> = {},
): Promise<EventStream> {
  const stream = await openStream(`${url}/api/v1/live`, headers);
  cleanups.push(stream.close);
  return stream;
}

const decisionsOf = (stream: EventStream) =>
  stream.named<Decisions>('decisions').flatMap(({ items }) => items);
const sumOf = (stream: EventStream, name: 'allowed' | 'denied') =>
  stream.named<Second>('second').reduce((sum, second) => sum + second[name], 0);

describe('the live feed of a process', () => {
  it('tells everybody what the policies decide, and admins whose it was', async () => {
    const floodgate = await start();
    const [everybody, admin] = await Promise.all([watch(floodgate), watch(floodgate, ADMIN)]);
    const path = '/api/v1/stock-price';
    const ids: (string | null)[] = [];
    for (let i = 0; i < 8; i++) {
      const response = await fetch(floodgate.url + path);
      ids.push(response.headers.get('x-request-id'));
    }
    for (const stream of [everybody, admin]) {
      await expect.poll(() => decisionsOf(stream).length, PATIENCE).toBe(8);
      await expect.poll(() => sumOf(stream, 'denied'), PATIENCE).toBe(3);
      expect(sumOf(stream, 'allowed')).toBe(5);
    }
    const [first] = decisionsOf(everybody);
    expect(first).toMatchObject({ route: path, policy: 'stock-price', verdict: 'allowed' });
    for (const name of ['id', 'path', 'identity']) expect(first).not.toHaveProperty(name);
    expect(decisionsOf(admin).map(({ id }) => id)).toEqual(ids);
    expect(decisionsOf(admin)[7]).toMatchObject({
      path,
      identity: { kind: 'ip', value: '127.0.0.1' },
      verdict: 'denied',
      status: 429,
    });
    const seconds = everybody.named<Second>('second').map(({ at }) => at);
    expect(seconds).toEqual(seconds.map((_, index) => (seconds[0] ?? 0) + index));
  });

  it('ends when the process is to stop, which waits for no viewer', async () => {
    const floodgate = await start();
    const streams = await Promise.all([watch(floodgate), watch(floodgate, ADMIN)]);
    streams[1]?.pause();
    const startedMs = performance.now();
    expect(await floodgate.stop()).toBe(0);
    expect(performance.now() - startedMs).toBeLessThan(SHUTDOWN_TIMEOUT_MS / 2);
    await expect.poll(() => streams[0]?.hasEnded, PATIENCE).toBe(true);
  });
});
