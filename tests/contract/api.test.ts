import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Floodgate, type ServedBy } from '../support/floodgate';
import { type Origin, origin } from '../support/proxied';
import { documentOf, expectConforming } from './document';

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

interface Ask extends RequestInit {
  readonly method?: 'GET' | 'POST';
  /** Headers besides. */
  readonly headers?: Readonly<Record<string, string>>;
}

type Asked = readonly [path: string, status: number, target: string, tries: number, ask?: Ask];

const forward = (endpoint: string): Ask => ({ method: 'POST', body: JSON.stringify({ endpoint }) });
const original = (uri: string): Ask => ({
  headers: { 'X-Forwarded-Method': 'GET', 'X-Forwarded-Uri': uri, 'X-Forwarded-Host': 'a.test' },
});

/** One request for every documented answer that a healthy server gives; 503 is seen in other tests. */
const ANSWERS: readonly Asked[] = [
  ['/api/v1/stock-price', 200, '/api/v1/stock-price?ticker=BRK.B', 1],
  ['/api/v1/stock-price', 400, '/api/v1/stock-price?ticker=%3Cimg%3E', 1],
  ['/api/v1/stock-price', 429, '/api/v1/stock-price', 6],
  ['/ping', 200, '/ping', 1],
  ['/ping', 429, '/ping', 6],
  ['/forward', 200, '/forward', 1, forward('/users')],
  ['/forward', 400, '/forward', 1, forward('/etc')],
  ['/forward', 429, '/forward', 1_000, forward('/health')],
  ['/client-status/{ip}', 200, '/client-status/{client}', 1],
  ['/client-status/{ip}', 403, '/client-status/192.0.2.1', 1],
  ['/client-status/{ip}', 404, '/client-status/nobody', 1],
  ['/api/v1/forward-auth', 200, '/api/v1/forward-auth', 1, original('/ping')],
  ['/api/v1/forward-auth', 400, '/api/v1/forward-auth', 1, original('/%zz')],
  ['/api/v1/forward-auth', 429, '/api/v1/forward-auth', 6, original('/ping')],
  ['/api/v1/rate-status', 200, '/api/v1/rate-status', 1],
  ['/api/v1/rate-status', 400, '/api/v1/rate-status?path=/x', 1],
  ['/health', 200, '/health', 1],
  ['/health/live', 200, '/health/live', 1],
  ['/health/ready', 200, '/health/ready', 1],
  ['/metrics', 200, '/metrics', 1, { headers: { Accept: 'application/json' } }],
  ['/api/v1/live', 400, '/api/v1/live?stream=all', 1],
  ['/openapi.json', 200, '/openapi.json', 1],
  ['/docs', 200, '/docs', 1],
  ['/redoc', 200, '/redoc', 1],
];
const PATHS = [...new Set(ANSWERS.map(([path]) => path))];
/** Those that take GET and HEAD alone, at a path without parameters, whoever serves them. */
const READ_PATHS = PATHS.filter((path) => !/forward|client-status|live$/.test(path));
/** What is below it has a test of its own. */
const ADMIN_PREFIX = '/api/v1/admin/';

describe.each<ServedBy>(['front door', 'next start'])('the API served by %s', (servedBy) => {
  let floodgate: Floodgate;
  let backend: Origin;
  let lastClient = 0;
  const newClient = () => `198.51.100.${++lastClient}`;

  beforeAll(async () => {
    backend = await origin((request, response) => {
      response.setHeader('Content-Type', 'application/json');
      response.end(JSON.stringify({ backend: 'test', path: request.url }));
    });
    floodgate = await Floodgate.start(servedBy, {
      DEMO_BACKENDS: backend.url,
      TRUSTED_PROXIES: '127.0.0.1',
      RATE_LIMIT_WINDOW: '3600',
    });
  }, 60_000);
  afterAll(async () => {
    await floodgate.stop();
    await backend.close();
  });

  const request = (target: string, client: string, init: RequestInit = {}) =>
    fetch(floodgate.url + target, {
      ...init,
      headers: { 'X-Forwarded-For': client, ...init.headers },
    });

  it('documents each path it serves', async () => {
    const { paths } = await documentOf(floodgate.url);
    const documented = Object.keys(paths).filter((path) => !path.startsWith(ADMIN_PREFIX));
    expect(documented.sort()).toEqual([...PATHS].sort());
  });

  it.each(
    ANSWERS.map(([path, status, target, tries, ask = {}]) => ({
      path,
      status,
      target,
      tries,
      ask,
    })),
  )('$path answers $status as documented', async ({ path, status, target, tries, ask }) => {
    const client = newClient();
    const url = target.replace('{client}', client);
    const asked = { ...ask, headers: { 'Content-Type': 'application/json', ...ask.headers } };
    let answer = await request(url, client, asked);
    for (let i = 1; i < tries && answer.status !== 429; i++) {
      answer = await request(url, client, asked);
    }
    expect(answer.status).toBe(status);
    await expectConforming(await documentOf(floodgate.url), path, ask.method ?? 'GET', answer);
  });

  it.each([
    ['/api/v1/stock-price', { 'X-API-Key': 'fg_wrong' }],
    ['/ping', { Authorization: 'Bearer fg_wrong' }],
  ])('%s refuses credentials that hold nothing as documented', async (path, headers) => {
    const answer = await request(path, newClient(), { headers });
    expect(answer.status).toBe(401);
    await expectConforming(await documentOf(floodgate.url), path, 'GET', answer);
  });

  it('answers seven quick requests with five 200 and two 429', async () => {
    const client = newClient();
    const statuses = [];
    for (let i = 0; i < 7; i++) {
      statuses.push((await request('/api/v1/stock-price?ticker=AAPL', client)).status);
    }
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429, 429]);
  });

  it('refuses the sixth quick ping', async () => {
    const client = newClient();
    const statuses = [];
    for (let i = 0; i < 6; i++) statuses.push((await request('/ping', client)).status);
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
  });

  it('tells the state in every form alike', async () => {
    const client = newClient();
    await request('/api/v1/stock-price', client);
    const answer = await request('/api/v1/stock-price', client);
    const status = z
      .object({ used: z.int(), remaining: z.int(), identifier: z.string(), reset_at: z.string() })
      .parse(await (await request('/api/v1/rate-status', client)).json());
    expect(status).toMatchObject({ identifier: client, used: 2, remaining: 3 });
    expect(answer.headers.get('x-ratelimit-remaining')).toBe('3');
    expect(answer.headers.get('ratelimit')).toMatch(/^"stock-price";r=3;t=\d+$/);
    expect(Number(answer.headers.get('x-ratelimit-reset'))).toBe(
      Date.parse(status.reset_at) / 1_000,
    );
  });

  it.each(READ_PATHS)('%s refuses other methods, answers OPTIONS and HEAD', async (path) => {
    const client = newClient();
    const refused = await request(path, client, { method: 'DELETE' });
    expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS']);
    expect(await refused.json()).toMatchObject({ status: 405, instance: path });

    const options = await request(path, client, { method: 'OPTIONS' });
    expect([options.status, options.headers.get('allow')]).toEqual([204, 'GET, HEAD, OPTIONS']);

    const head = await request(path, client, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
  });

  it('gives each request an id, or keeps its own', async () => {
    const client = newClient();
    const made = await request('/health/live', client);
    expect(made.headers.get('x-request-id')).toMatch(UUID_V7);
    const kept = await request('/health/live', client, { headers: { 'X-Request-Id': 'mine-1' } });
    expect(kept.headers.get('x-request-id')).toBe('mine-1');
    const alias = await request('/health/live', client, { headers: { 'X-Correlation-ID': 'c-1' } });
    expect([alias.headers.get('x-request-id'), alias.headers.get('x-correlation-id')]).toEqual([
      'c-1',
      'c-1',
    ]);
  });

  it('forwards what a route takes, or says why it can not', async () => {
    const answer = await request('/api/info', newClient());
    const isForwarded = servedBy === 'front door';
    expect(answer.status).toBe(isForwarded ? 200 : 501);
    expect(await answer.json()).toMatchObject(
      isForwarded ? { backend: 'test', path: '/api/info' } : { title: 'Not implemented' },
    );
  });

  it('answers a problem where there is no API', async () => {
    const answer = await request('/api/v1/admin/nothing', newClient());
    expect(answer.status).toBe(404);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
  });

  it('gives pages a policy that lets only their own scripts run', async () => {
    const page = await request('/', newClient());
    const policy = page.headers.get('content-security-policy') ?? '';
    const nonce = /'nonce-([^']+)'/.exec(policy)?.[1];
    expect(policy).not.toContain("script-src 'self' 'unsafe-inline'");
    const html = await page.text();
    const scripts = [...html.matchAll(/<script\b[^>]*>/g)].map(([tag]) => tag);
    expect(scripts.length).toBeGreaterThan(0);
    expect(scripts.filter((tag) => !tag.includes(`nonce="${nonce}"`))).toEqual([]);
    expect(page.headers.get('x-powered-by')).toBeNull();
  });

  it('believes a forwarded address only from a trusted proxy', async () => {
    const untrusting = await Floodgate.start(servedBy, {});
    const statuses = [];
    for (let i = 1; i <= 7; i++) {
      const answer = await fetch(`${untrusting.url}/ping`, {
        headers: { 'X-Forwarded-For': `192.0.2.${i}`, 'X-Floodgate-Peer': `192.0.2.${i}` },
      });
      statuses.push(answer.status);
    }
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429, 429]);
    await untrusting.stop();
  });
});
