import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createBackend } from '../../examples/backend/backend';
import {
  type BackendFault,
  EMBEDDED_PORTS,
  startEmbeddedBackends,
} from '../../examples/backend/embedded';
import { defaultConfiguration } from '../../lib/policy';
import { freePort } from '../support/free-port';

let server: Server;
let url: string;

beforeEach(async () => {
  server = createBackend({ name: 'backend-2' });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  server.close();
  server.closeAllConnections();
});

const ask = (path: string, init?: RequestInit) => fetch(url + path, init);
const control = (body: string, headers: Record<string, string> = {}) =>
  ask('/control', { method: 'POST', body, headers });

async function statusesOf(path: string, times: number): Promise<number[]> {
  const statuses: number[] = [];
  while (statuses.length < times) {
    const response = await ask(path);
    await response.arrayBuffer();
    statuses.push(response.status);
  }
  return statuses;
}

describe('a demo backend', () => {
  it.each([
    ['/api/info', 'requests'],
    ['/api/data', 'data'],
    ['/users', 'users'],
    ['/data', 'data'],
    ['/health', 'status'],
  ])('says at %s who it is, and more', async (path, member) => {
    const response = await ask(path);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      message: 'Hello from backend-2',
      backend: 'backend-2',
      [member]: expect.anything(),
    });
  });

  it('lets /api/data be kept, and nothing else', async () => {
    const cacheControl = async (path: string) => (await ask(path)).headers.get('cache-control');
    expect(await cacheControl('/api/data')).toBe('public, max-age=5');
    expect(await cacheControl('/api/info')).toBe('no-store');
    expect(await cacheControl('/users')).toBe('no-store');
  });

  it('answers 304 to who has /api/data as it is', async () => {
    // Twice at most: between two requests the data may change once.
    const again = async () => {
      const tag = (await ask('/api/data')).headers.get('etag') ?? '';
      return (await ask('/api/data', { headers: { 'If-None-Match': tag } })).status;
    };
    expect([await again(), await again()]).toContain(304);
  });

  it('echoes what came, the body as length and digest', async () => {
    const body = 'x'.repeat(300_000);
    const response = await ask('/api/echo?a=1&a=2', {
      method: 'PATCH',
      body,
      headers: { 'X-Custom': 'yes' },
    });
    expect(await response.json()).toMatchObject({
      backend: 'backend-2',
      method: 'PATCH',
      path: '/api/echo',
      query: 'a=1&a=2',
      headers: { 'x-custom': 'yes' },
      body: { length: 300_000, sha256: createHash('sha256').update(body).digest('hex') },
    });
  });

  it('streams events, one after the other', async () => {
    const response = await ask('/api/stream');
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    let text = '';
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk).toString();
      if (text.includes('id: 2')) break;
    }
    expect(text).toMatch(/id: 1\nevent: tick\ndata: \{"backend":"backend-2",.*\}\n\nid: 2\n/);
  });

  it('waits as long as it is asked to, within bounds', async () => {
    expect(await (await ask('/api/slow?ms=30')).json()).toMatchObject({ waited_ms: 30 });
    for (const ms of ['60001', '-1', '1e3', 'soon'])
      expect((await ask(`/api/slow?ms=${ms}`)).status).toBe(400);
  });

  it('knows what is not there, and what is not for a method', async () => {
    expect((await ask('/nothing')).status).toBe(404);
    const response = await ask('/users', { method: 'DELETE' });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });
});

describe('the control of a demo backend', () => {
  it('fails everything but itself, until told otherwise', async () => {
    await control('{"failing":true}');
    expect((await ask('/api/info')).status).toBe(503);
    expect((await ask('/health')).status).toBe(503);
    expect(await (await ask('/control')).json()).toMatchObject({ failing: true });
    await control('{"failing":false}');
    expect((await ask('/api/info')).status).toBe(200);
  });

  it('fails exactly the share asked for, and leaves health alone', async () => {
    await control('{"fail_percent":30}');
    const statuses = await statusesOf('/api/info', 20);
    expect(statuses.filter((status) => status === 503)).toHaveLength(6);
    expect(await statusesOf('/health', 4)).toEqual([200, 200, 200, 200]);
  });

  it('holds answers back', async () => {
    await control('{"latency_ms":60000}');
    const answered = new AbortController();
    const late = ask('/api/info', { signal: answered.signal });
    // By then the held one would have been answered too.
    expect((await ask('/health')).status).toBe(200);
    await expect(Promise.race([late, Promise.resolve('held')])).resolves.toBe('held');
    answered.abort();
    await expect(late).rejects.toThrow();
  });

  it('changes only what it is told', async () => {
    await control('{"failing":true}');
    expect(await (await control('{"latency_ms":5}')).json()).toEqual({
      failing: true,
      latency_ms: 5,
      fail_percent: 0,
    });
  });

  it.each([
    ['no JSON', 'failing'],
    ['an unknown member', '{"fail":true}'],
    ['a latency beyond bounds', '{"latency_ms":60001}'],
    ['a share beyond bounds', '{"fail_percent":101}'],
  ])('refuses %s', async (_, body) => {
    expect((await control(body)).status).toBe(400);
    expect(await (await ask('/control')).json()).toMatchObject({ failing: false, latency_ms: 0 });
  });

  it('refuses a long body', async () => {
    expect((await control(' '.repeat(100_000))).status).toBe(413);
  });

  it('is not for web pages', async () => {
    const { status } = await control('{"failing":true}', { Origin: 'https://example.org' });
    expect(status).toBe(403);
  });
});

describe('a demo backend that closes', () => {
  it('ends its streams and its connections', async () => {
    const stream = await ask('/api/stream');
    const closed = once(server, 'close');
    server.close();
    await stream.text();
    await closed;
  });
});

describe('backends inside the process', () => {
  const unexpected = ({ error }: BackendFault) => {
    throw error;
  };

  it('are where the default configuration looks for them', () => {
    const [demo] = defaultConfiguration().upstreams;
    expect(demo?.targets.map((target) => target.url)).toEqual(
      EMBEDDED_PORTS.map((port) => `http://127.0.0.1:${port}`),
    );
  });

  it('answer by their names, and no longer when closed', async () => {
    const ports = await Promise.all([freePort(), freePort()]);
    const backends = await startEmbeddedBackends(ports, unexpected);
    const names = await Promise.all(
      ports.map(async (port) => {
        const response = await fetch(`http://127.0.0.1:${port}/api/info`);
        return z.object({ backend: z.string() }).parse(await response.json()).backend;
      }),
    );
    expect(names).toEqual(['backend-1', 'backend-2']);
    expect(backends).toMatchObject({ ports, faults: [] });
    await backends.close();
    await expect(fetch(`http://127.0.0.1:${ports[0]}/api/info`)).rejects.toThrow();
  });

  it('tell of a port that is taken, and run on the others', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const taken = (other.address() as AddressInfo).port;
    const free = await freePort();
    const backends = await startEmbeddedBackends([taken, free], unexpected);
    expect(backends.ports).toEqual([free]);
    expect(backends.faults).toMatchObject([
      { name: 'backend-1', port: taken, error: { code: 'EADDRINUSE' } },
    ]);
    expect((await fetch(`http://127.0.0.1:${free}/health`)).status).toBe(200);
    await backends.close();
    other.close();
  });
});
