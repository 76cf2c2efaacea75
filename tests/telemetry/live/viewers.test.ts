import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { callTo } from '../../support/gateway';
import { type EventStream, openStream } from './event-stream';
import { ADMIN, decision, LAST_TOLD, type LiveServer, liveServer } from './live-server';

vi.setConfig({ testTimeout: 60_000 });

const PATIENCE = { timeout: 20_000, interval: 20 };

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function serve(...options: Parameters<typeof liveServer>): Promise<LiveServer> {
  const server = await liveServer(...options);
  cleanups.push(server.close);
  return server;
}

async function watch(
  server: LiveServer,
  headers: Readonly<Record<string, string>> = {},
  target = '',
): Promise<EventStream> {
  const stream = await openStream(server.url + target, headers);
  cleanups.push(stream.close);
  return stream;
}

/** An answer that is no stream. */
async function ask(
  server: LiveServer,
  headers: Readonly<Record<string, string>> = {},
  { target = '', method = 'GET' } = {},
) {
  const sent = request(server.url + target, { agent: false, headers, method }).end();
  const [response] = await once(sent, 'response');
  return { status: response.statusCode, headers: response.headers, body: await text(response) };
}

const from = (address: string) => ({ 'x-forwarded-for': address });

describe('viewers', () => {
  it('of one kind get the same bytes, however many they are', async () => {
    const server = await serve();
    const streams = await Promise.all(
      Array.from({ length: 300 }, (_, index) => watch(server, from(`10.0.${index % 100}.1`))),
    );
    expect(server.feed.viewers).toBe(300);
    for (let round = 1; round <= 2; round++) {
      server.tell(decision(), decision());
      server.clock.nowMs += 1_000;
      for (const stream of streams) {
        await expect.poll(() => stream.named('second').length, PATIENCE).toBe(round);
        await expect.poll(() => stream.named('decisions').length, PATIENCE).toBe(round);
      }
    }
    const afterHello = ({ text }: EventStream) => text.slice(text.indexOf('\n\n') + 2);
    expect(new Set(streams.map(afterHello)).size).toBe(1);
    // Each second was looked up once for all of them.
    expect(server.lookedUp).toHaveLength(2);
  });

  it('who are many are told fewer decisions, which stand for as many', async () => {
    const server = await serve();
    const streams = await Promise.all(
      Array.from({ length: 200 }, (_, index) => watch(server, from(`10.0.${index}.1`))),
    );
    server.tell(...Array.from({ length: 150 }, () => decision()));
    server.clock.nowMs += 1_000;
    for (const stream of streams) {
      await expect.poll(() => stream.named('decisions').length, PATIENCE).toBe(1);
    }
    const weights = streams[0]
      ?.named<{ readonly items: readonly { readonly weight: number }[] }>('decisions')
      .flatMap(({ items }) => items.map(({ weight }) => weight));
    expect(weights).toHaveLength(100);
    expect(weights?.reduce((sum, weight) => sum + weight)).toBe(150);
  });

  it('who do not read are dropped, and the others go on', async () => {
    const server = await serve();
    const reads = await watch(server, ADMIN);
    const { port } = new URL(server.url);
    const stuck = connect(Number(port), '127.0.0.1');
    cleanups.push(() => stuck.destroy());
    const closed = once(
      stuck.on('error', () => undefined),
      'close',
    );
    stuck.write(
      `GET /api/v1/live HTTP/1.1\r\nHost: a\r\nAuthorization: ${ADMIN.authorization}\r\n\r\n`,
    );
    await once(stuck, 'readable');
    stuck.pause();
    await expect.poll(() => server.feed.viewers, PATIENCE).toBe(2);
    const path = `/${'x'.repeat(200_000)}`;
    let told = 0;
    while (server.feed.viewers === 2) {
      expect(told).toBeLessThan(1_000);
      server.tell(decision({ path }), decision({ path }));
      told += 2;
      server.clock.nowMs += 1_000;
      await expect.poll(() => reads.named('second').length, PATIENCE).toBe(told / 2);
    }
    server.tell(decision({ id: 'afterwards' }));
    await expect.poll(() => reads.text, PATIENCE).toContain('afterwards');
    expect(server.feed.viewers).toBe(1);
    stuck.resume();
    await closed;
  });

  it('who leave are gone at once', async () => {
    const server = await serve();
    const streams = await Promise.all([watch(server), watch(server), watch(server)]);
    expect(server.feed.viewers).toBe(3);
    streams[0]?.close();
    await expect.poll(() => server.feed.viewers, PATIENCE).toBe(2);
  });

  it('are cut off when the feed ends, whether they read or not, and nobody else is let in', async () => {
    const server = await serve();
    const streams = await Promise.all([watch(server), watch(server, ADMIN, '?stream=decisions')]);
    server.feed.close();
    expect(server.feed.viewers).toBe(0);
    for (const stream of streams) await expect.poll(() => stream.hasEnded, PATIENCE).toBe(true);
    expect(await ask(server)).toMatchObject({ status: 503 });
  });

  it('whose session has ended are shown out', async () => {
    let isSignedIn = true;
    const server = await serve({ isAdmin: async () => isSignedIn, recheckMs: 20 });
    const stream = await watch(server);
    server.clock.nowMs += 1_000;
    await expect.poll(() => stream.named('second').length, PATIENCE).toBe(1);
    expect(stream.hasEnded).toBe(false);
    isSignedIn = false;
    await expect.poll(() => stream.hasEnded, PATIENCE).toBe(true);
    expect(server.feed.viewers).toBe(0);
  });

  it('of whom nobody can say whether they still are admins are shown out', async () => {
    let isKnown = true;
    const isAdmin = async () => {
      if (!isKnown) throw new Error('the store is away');
      return true;
    };
    const server = await serve({ isAdmin, recheckMs: 20 });
    const stream = await watch(server);
    isKnown = false;
    await expect.poll(() => stream.hasEnded, PATIENCE).toBe(true);
  });
});

describe('those who want to watch', () => {
  it('are turned away when too many of their address do, and told when to come back', async () => {
    const server = await serve();
    const client = from('203.0.113.9');
    const streams = await Promise.all(Array.from({ length: 20 }, () => watch(server, client)));
    const { status, headers, body } = await ask(server, client);
    expect(status).toBe(503);
    expect(headers['content-type']).toBe('application/problem+json');
    expect(Number(headers['retry-after'])).toBeGreaterThanOrEqual(5);
    expect(JSON.parse(body)).toMatchObject({ title: 'No place', status: 503 });
    await watch(server, { ...client, ...ADMIN });
    await watch(server, from('203.0.113.10'));
    streams[0]?.close();
    await expect.poll(() => server.feed.viewers, PATIENCE).toBe(21);
    const next = await watch(server, client);
    expect(next.status).toBe(200);
  });

  it('ever again from one address are turned away for a while, and admins and others are not', async () => {
    const server = await serve();
    const client = from('203.0.113.9');
    for (let opened = 0; opened < 30; opened++) {
      const stream = await watch(server, client);
      expect(stream.status).toBe(200);
      stream.close();
      await expect.poll(() => server.feed.viewers, PATIENCE).toBe(0);
    }
    const { status, headers, body } = await ask(server, client);
    expect(status).toBe(503);
    expect(Number(headers['retry-after'])).toBeGreaterThanOrEqual(5);
    expect(JSON.parse(body).detail).toContain('too often');
    expect(await watch(server, { ...client, ...ADMIN })).toMatchObject({ status: 200 });
    expect(await watch(server, from('203.0.113.10'))).toMatchObject({ status: 200 });
  });

  it('by filters that nobody else has are turned away when there are too many', async () => {
    const server = await serve();
    const filtered = (index: number, headers = {}) =>
      watch(server, { ...from(`10.1.${index}.1`), ...headers }, `?route=shop-${index}`);
    for (let index = 0; index < 25; index++) expect((await filtered(index)).status).toBe(200);
    expect(await filtered(25)).toMatchObject({ status: 503 });
    expect(server.feed.viewers).toBe(25);
    expect(await filtered(24)).toMatchObject({ status: 200 });
    expect(await filtered(26, ADMIN)).toMatchObject({ status: 200 });
  });

  it.each([
    ['stream=both', 'query.stream'],
    ['route=', 'query.route'],
    [`policy=${'x'.repeat(257)}`, 'query.policy'],
  ])('are told what is wrong with their query: %s', async (query, path) => {
    const server = await serve();
    const { status, body } = await ask(server, {}, { target: `?${query}` });
    expect(status).toBe(400);
    expect(JSON.parse(body)).toMatchObject({
      title: 'Bad input',
      errors: [{ path, message: expect.any(String) }],
    });
  });

  it('by HEAD are told how it would begin', async () => {
    const server = await serve();
    const { status, headers, body } = await ask(server, {}, { method: 'HEAD' });
    expect({ status, body }).toEqual({ status: 200, body: '' });
    expect(headers).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
    });
    expect(server.feed.viewers).toBe(0);
  });

  it('by HTTP/1.0 are served too', async () => {
    const server = await serve();
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    cleanups.push(() => socket.destroy());
    let received = '';
    socket.setEncoding('utf8').on('data', (piece) => {
      received += String(piece);
    });
    socket.write('GET /api/v1/live HTTP/1.0\r\nHost: a\r\n\r\n');
    await expect.poll(() => received, PATIENCE).toContain('event: hello');
    server.clock.nowMs += 1_000;
    await expect.poll(() => received, PATIENCE).toContain(`"at":${LAST_TOLD + 1}`);
  });

  it('through plain next start are told that it does not stream', async () => {
    const server = await serve();
    const reply = await server.gateway.handle(callTo('/api/v1/live'));
    expect(reply.status).toBe(501);
  });
});
