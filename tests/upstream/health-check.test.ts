import { Pool } from 'undici';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { startHealthCheck } from '../../lib/upstream/health-check';
import { answer, type Backend, openBackend } from './backend';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function backendThat(handle: Backend['handle']): Promise<Backend> {
  const backend = await openBackend(handle);
  closers.push(() => backend.close());
  return backend;
}

/** Checks a backend, keeping every result. */
function checking(url: string, timeoutMs = 2_000) {
  const pool = new Pool(url, { connections: 1 });
  const results: (string | undefined)[] = [];
  const check = startHealthCheck({
    settings: {
      path: '/health?deep',
      interval_ms: 20,
      timeout_ms: timeoutMs,
      healthy_after: 1,
      unhealthy_after: 1,
    },
    dispatcher: () => pool,
    host: 'service.test',
    onResult: (fault) => results.push(fault),
  });
  closers.push(() => pool.destroy());
  closers.push(() => check.stop());
  const some = (count: number) =>
    vi.waitFor(() => expect(results.length).toBeGreaterThanOrEqual(count), { timeout: 5_000 });
  return { results, check, some };
}

describe('a health check', () => {
  it('asks for its path by GET, and says who asks', async () => {
    const backend = await backendThat(answer(204));
    await checking(backend.url).some(1);
    const [request] = backend.requests;
    expect([request?.method, request?.url]).toEqual(['GET', '/health?deep']);
    expect(request?.headers).toMatchObject({
      host: 'service.test',
      'user-agent': 'Floodgate-Health',
    });
  });

  it.each([
    [200, undefined],
    [302, undefined],
    [404, 'status 404'],
    [503, 'status 503'],
  ])('takes status %i for %s', async (status, fault) => {
    const { results, some } = checking((await backendThat(answer(status))).url);
    await some(2);
    expect(new Set(results)).toEqual(new Set([fault]));
  });

  it('says that nobody listens', async () => {
    const backend = await openBackend();
    await backend.close();
    const { results, some } = checking(backend.url);
    await some(2);
    expect(results[0]).toBe('connection refused');
  });

  it.each<[string, Backend['handle']]>([
    ['a head', () => undefined],
    [
      'the rest of a body',
      (_request, response) => {
        response.writeHead(200);
        response.write('slow');
      },
    ],
  ])('does not wait for %s longer than it may', async (_, handle) => {
    const { results, some } = checking((await backendThat(handle)).url, 50);
    await some(2);
    expect(new Set(results)).toEqual(new Set(['no answer within 50 ms']));
  });

  it('says that a connection broke', async () => {
    const backend = await backendThat((request) => request.socket.destroy());
    const { results, some } = checking(backend.url);
    await some(1);
    expect(results[0]).toMatch(/^connection (closed|reset)$/);
  });

  it('goes on after a body that is too long to read', async () => {
    const body = Buffer.alloc(1_000_000);
    const { results, some } = checking(
      (await backendThat((_request, response) => response.end(body))).url,
    );
    await some(3);
    expect(new Set(results)).toEqual(new Set([undefined]));
  });

  it('never asks twice at a time', async () => {
    let open = 0;
    let most = 0;
    const backend = await backendThat((_request, response) => {
      open += 1;
      most = Math.max(most, open);
      setTimeout(() => {
        open -= 1;
        response.end();
      }, 60);
    });
    await checking(backend.url).some(4);
    expect(most).toBe(1);
  });

  it('ends the check under way when it is stopped, and tells nothing more', async () => {
    let checked: ReturnType<typeof checking> | undefined;
    const left = new Promise<void>((resolve, reject) => {
      void backendThat((request) => {
        request.socket.once('close', () => resolve());
        checked?.check.stop();
      }).then(({ url }) => {
        checked = checking(url);
      }, reject);
    });
    await left;
    expect(checked?.results).toEqual([]);
  });
});
