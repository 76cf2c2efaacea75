import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Floodgate, type ServedBy } from '../support/floodgate';
import { type ApiDocument, documentOf, expectConforming } from './document';

const TOKEN = 'the-admin-token-of-this-test';
const PREFIX = '/api/v1/admin';
const MEBIBYTE = 1_048_576;
const UNREACHED = ['503'];

const limits = [{ algorithm: 'fixed-window', quota: 5, window_ms: 10_000 }];
const targets = [{ url: 'http://127.0.0.1:9' }];
/** What is needed to make one of each kind, besides a name. */
const SAMPLES: Readonly<Record<string, object>> = {
  upstreams: { targets },
  tiers: {},
  clients: {},
  policies: { limits, match: { paths: ['/nothing/here'] } },
  routes: { upstream: 'kept', match: { paths: ['/nothing/here'] } },
};

interface Sent {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A path of the document with values in the place of its parameters. */
function fill(template: string, params: Readonly<Record<string, string>> = {}): string {
  const values = { name: 'some', id: 'abcdefghijkl', version: '1', ...params };
  return template.replace(/\{(\w+)\}/g, (_, name: keyof typeof values) => values[name]);
}

describe.each<ServedBy>(['front door', 'next start'])('the admin API served by %s', (servedBy) => {
  let folder: string;
  let floodgate: Floodgate;
  let document: ApiDocument;
  const seen = new Set<string>();

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'floodgate-admin-'));
    floodgate = await Floodgate.start(servedBy, {
      TRUSTED_PROXIES: '127.0.0.1',
      ADMIN_TOKEN: TOKEN,
      FLOODGATE_CONFIG: join(folder, 'floodgate.config.json'),
    });
    document = await documentOf(floodgate.url);
  }, 60_000);
  afterAll(async () => {
    await floodgate.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** Every admin operation, with the statuses that it documents. */
  function operations() {
    return Object.entries(document.paths)
      .filter(([path]) => path.startsWith(PREFIX))
      .flatMap(([path, methods]) =>
        Object.entries(methods).map(([method, operation]) => ({
          path,
          method: method.toUpperCase(),
          operation,
          statuses: Object.keys(operation.responses),
        })),
      );
  }

  async function send(
    method: string,
    template: string,
    { params, query = '', body, headers }: Sent = {},
  ) {
    const answer = await fetch(`${floodgate.url}${fill(template, params)}${query}`, {
      method,
      headers: {
        authorization: `Bearer ${TOKEN}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const copy = answer.clone();
    await expectConforming(document, template, method, answer);
    expect(answer.headers.get('cache-control')).toContain('no-store');
    seen.add(`${method} ${template} ${answer.status}`);
    return copy;
  }

  async function expectStatus(status: number, method: string, path: string, sent?: Sent) {
    const answer = await send(method, PREFIX + path, sent);
    expect(answer.status, `${method} ${path}: ${await answer.clone().text()}`).toBe(status);
    return answer;
  }

  async function signIn(): Promise<string> {
    const answer = await expectStatus(200, 'POST', '/session', {
      body: { token: TOKEN, author: 'ann' },
      headers: { authorization: '' },
    });
    const [cookie = ''] = answer.headers.get('set-cookie')?.split(';') ?? [];
    return cookie;
  }

  it('signs in and out', async () => {
    const headers = { authorization: '', cookie: await signIn() };
    const session = await expectStatus(200, 'GET', '/session', { headers });
    expect(await session.json()).toMatchObject({ author: 'ann' });
    await expectStatus(204, 'DELETE', '/session', { headers });
    await expectStatus(401, 'GET', '/session', { headers });
  });

  it.each(Object.entries(SAMPLES))('keeps %s', async (kind, sample) => {
    const list = `/${kind}`;
    const one = `/${kind}/{name}`;
    const body = { name: 'some', ...sample };
    const params = { name: 'kept' };
    const stale = { 'if-match': '"1"' };
    await expectStatus(201, 'PUT', one, { params, body: { ...body, name: 'kept' } });
    const created = await expectStatus(201, 'POST', list, { body });
    expect(created.headers.get('location')).toBe(`${PREFIX}/${kind}/some`);
    await expectStatus(409, 'POST', list, { body });
    await expectStatus(200, 'GET', list);
    const read = await expectStatus(200, 'GET', one);
    expect(read.headers.get('etag')).toMatch(/^"\d+"$/);
    const changed = { ...body, description: 'changed' };
    await expectStatus(409, 'PUT', one, { body: changed, headers: stale });
    await expectStatus(200, 'PUT', one, { body: changed });
    await expectStatus(409, 'DELETE', one, { headers: stale });
    await expectStatus(200, 'DELETE', one);
    await expectStatus(404, 'GET', one);
    await expectStatus(404, 'DELETE', one);
  });

  it('issues, rotates and revokes keys', async () => {
    const body = { client: 'kept' };
    const unseen = { 'if-match': '"999999"' };
    const issued = await expectStatus(201, 'POST', '/keys', { body });
    const { item } = z.object({ item: z.object({ id: z.string() }) }).parse(await issued.json());
    const params = { id: item.id };
    await expectStatus(409, 'POST', '/keys', { body, headers: unseen });
    await expectStatus(200, 'GET', '/keys');
    await expectStatus(200, 'GET', '/keys/{id}', { params });
    await expectStatus(409, 'POST', '/keys/{id}/rotate', { params, headers: unseen });
    await expectStatus(201, 'POST', '/keys/{id}/rotate', { params });
    await expectStatus(409, 'POST', '/keys/{id}/revoke', { params, headers: unseen });
    await expectStatus(200, 'POST', '/keys/{id}/revoke', { params });
    await expectStatus(404, 'GET', '/keys/{id}');
    await expectStatus(404, 'POST', '/keys/{id}/rotate');
    await expectStatus(404, 'POST', '/keys/{id}/revoke');
  });

  it('exports, imports and rolls back', async () => {
    const unseen = { 'if-match': '"999999"' };
    const exported = await expectStatus(200, 'GET', '/configuration');
    const { version, configuration } = z
      .object({ version: z.int(), configuration: z.looseObject({ tiers: z.array(z.unknown()) }) })
      .parse(await exported.json());
    const body = { ...configuration, tiers: [...configuration.tiers, { name: 'imported' }] };
    await expectStatus(409, 'PUT', '/configuration', { body, headers: unseen });
    await expectStatus(200, 'PUT', '/configuration', { body });
    await expectStatus(200, 'GET', '/versions');
    const params = { version: String(version) };
    const rollback = '/versions/{version}/rollback';
    await expectStatus(409, 'POST', rollback, { params, headers: unseen });
    await expectStatus(200, 'POST', rollback, { params });
    await expectStatus(404, 'POST', rollback, { params: { version: '999999' } });
    const restored = await expectStatus(200, 'GET', '/configuration');
    expect(await restored.json()).toMatchObject({ configuration });
  });

  it('answers questions', async () => {
    await expectStatus(200, 'POST', '/validate', { body: { kind: 'tiers', entity: {} } });
    await expectStatus(200, 'POST', '/explain', { body: { path: '/api/v1/stock-price' } });
    await expectStatus(404, 'POST', '/explain', { body: { request_id: 'nobody-sent-it' } });
    await expectStatus(200, 'GET', '/policy-counts');
    await expectStatus(200, 'GET', '/replicas');
    await expectStatus(200, 'GET', '/traffic', { query: '?range=5m' });
    await expectStatus(200, 'GET', '/requests', { query: '?identity=198.51&limit=5' });
  });

  it('tells why a request was denied', async () => {
    const headers = { 'X-Request-Id': 'denied-1', 'X-Forwarded-For': '198.51.100.77' };
    for (let i = 0; i < 6; i++) await fetch(`${floodgate.url}/api/v1/stock-price`, { headers });
    const answer = await expectStatus(200, 'POST', '/explain', {
      body: { request_id: 'denied-1' },
    });
    expect(await answer.json()).toMatchObject({
      recorded: true,
      identity: { kind: 'ip', ip: '198.51.100.77' },
      outcome: 'denied',
      status: 429,
      policies: [{ name: 'stock-price', outcome: 'denied' }],
    });
  });

  it('refuses those who show nothing', async () => {
    for (const { path, method } of operations()) {
      if (path === `${PREFIX}/session` && method === 'POST') continue;
      const answer = await send(method, path, { headers: { authorization: '' } });
      expect(answer.status, `${method} ${path}`).toBe(401);
    }
    const headers = { 'X-Forwarded-For': '198.51.100.78' };
    await expectStatus(401, 'POST', '/session', { body: { token: 'guess' }, headers });
  });

  it('refuses pages of other origins to change anything', async () => {
    const headers = { authorization: '', cookie: await signIn(), origin: 'https://evil.test' };
    for (const { path, method, statuses } of operations()) {
      if (!statuses.includes('403')) continue;
      const answer = await send(method, path, { headers });
      expect(answer.status, `${method} ${path}`).toBe(403);
    }
  });

  it('refuses an address that guesses tokens', async () => {
    const headers = { authorization: 'Bearer guess', 'X-Forwarded-For': '198.51.100.79' };
    for (let i = 0; i < 5; i++) await send('GET', `${PREFIX}/tiers`, { headers });
    for (const { path, method } of operations()) {
      const body = path === `${PREFIX}/session` && method === 'POST' ? { token: TOKEN } : undefined;
      const answer = await send(method, path, { headers, body });
      expect(answer.status, `${method} ${path}`).toBe(429);
    }
  });

  it('refuses bodies that are none of JSON, too large, or wrong', async () => {
    for (const { path, method, operation } of operations()) {
      if (operation.requestBody === undefined) continue;
      const headers = { 'content-type': 'text/plain' };
      const text = await send(method, path, { body: 'name=some', headers });
      expect(text.status, `${method} ${path}`).toBe(415);

      const most = path === `${PREFIX}/configuration` ? 64 * MEBIBYTE : MEBIBYTE;
      const large = await send(method, path, { body: ' '.repeat(most + 1) });
      expect(large.status, `${method} ${path}`).toBe(413);

      const wrong = await send(method, path, { body: [] });
      expect(wrong.status, `${method} ${path}`).toBe(400);
    }
  });

  it('trips and resets breakers, and tells of them', async () => {
    await expectStatus(200, 'GET', '/upstream-status');
    for (const command of ['trip', 'reset']) {
      await expectStatus(200, 'POST', `/upstreams/{name}/${command}`, { params: { name: 'demo' } });
      await expectStatus(404, 'POST', `/upstreams/{name}/${command}`, { params: { name: 'none' } });
    }
  });

  it('refuses parameters that make no sense', async () => {
    const query = `?comment=${'x'.repeat(501)}`;
    for (const kind of Object.keys(SAMPLES)) {
      await expectStatus(400, 'DELETE', `/${kind}/{name}`, { query });
    }
    await expectStatus(400, 'GET', '/versions', { query: '?limit=0' });
    await expectStatus(400, 'GET', '/requests', { query: '?verdict=blocked' });
    await expectStatus(400, 'GET', '/traffic', { query: '?range=fortnight' });
  });

  it('refuses methods that it does not serve', async () => {
    for (const { path, method } of operations()) {
      const answer = await fetch(floodgate.url + fill(path), { method: 'PATCH' });
      await expectConforming(document, path, method, answer);
      seen.add(`${method} ${path} 405`);
    }
  });

  it('was seen giving every answer that it documents while all is well', () => {
    const documented = operations().flatMap(({ path, method, statuses }) =>
      statuses
        .filter((status) => !UNREACHED.includes(status))
        .map((status) => `${method} ${path} ${status}`),
    );
    expect(documented.filter((answer) => !seen.has(answer))).toEqual([]);
  });
});
