import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, get, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Agent, request } from 'undici';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createFrontDoor } from '../../lib/gateway';
import { newApiKey } from '../../lib/identity';
import { createMemoryStore } from '../../lib/limiter';
import { Caddy } from '../support/caddy';
import { gatewayOver, type TestGateway } from '../support/gateway';
import { Nginx } from '../support/nginx';
import { policy } from '../support/policies';

/** What the proxies reach Floodgate from; clients come from elsewhere, and are not trusted. */
const PROXY = '127.0.0.1';
const CLIENT = '127.0.0.2';

interface Received {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

let gateway: TestGateway;
let frontDoor: Server;
let shop: Server;
let client: Agent;
const received: Received[] = [];
const { key, id, hash } = newApiKey();

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

/** An example's file with this test's addresses in it. */
function example(name: string, port: number): string {
  return readFileSync(`examples/integrations/${name}`, 'utf8')
    .replaceAll('floodgate:3000', `${PROXY}:${portOf(frontDoor)}`)
    .replaceAll('shop:8080', `${PROXY}:${portOf(shop)}`)
    .replace('listen 80;', `listen ${port};`)
    .replace(/^:80 /m, `:${port} `);
}

beforeAll(async () => {
  client = new Agent({ localAddress: CLIENT });
  shop = createServer(async (incoming, response) => {
    let body = '';
    for await (const chunk of incoming) body += String(chunk);
    received.push({ method: incoming.method, url: incoming.url, headers: incoming.headers, body });
    response.end('from the shop');
  }).listen(0, PROXY);
  frontDoor = createFrontDoor({
    gateway: {
      serves: (call) => gateway.whole.serves(call),
      handle: (call) => gateway.whole.handle(call),
    },
    isDraining: () => false,
  }).listen(0, PROXY);
  await Promise.all([once(shop, 'listening'), once(frontDoor, 'listening')]);
});
afterAll(async () => {
  await client.close();
  for (const server of [shop, frontDoor]) {
    server.close();
    server.closeAllConnections();
  }
});

beforeEach(() => {
  received.length = 0;
  gateway = gatewayOver(createMemoryStore(), {}, [], { trustedProxies: [PROXY] });
  gateway.configure({
    tiers: [{ name: 'gold' }],
    clients: [{ name: 'acme', user: 'jörg', tier: 'gold' }],
    keys: [{ id, client: 'acme', hash, created_at: '2026-01-01T00:00:00.000Z' }],
    policies: [
      policy('writes', { match: { paths: ['/api/*'], methods: ['POST'] } }),
      policy('closed', { match: { paths: ['/closed'] }, deny: { cidrs: [CLIENT] } }),
    ],
  });
});

const PROXIES = [
  {
    name: 'nginx',
    start: () => Nginx.serving((port) => example('nginx.conf', port)),
  },
  {
    name: 'Caddy',
    start: () => Caddy.serving((port) => example('Caddyfile', port)),
  },
];

describe.each(PROXIES)('$name with its example', ({ start }) => {
  let proxy: Nginx | Caddy;
  beforeAll(async () => {
    proxy = await start();
  });
  afterAll(() => proxy.stop());

  async function send(path: string, method: 'GET' | 'POST', headers: Record<string, string> = {}) {
    const answer = await request(`${proxy.url}${path}`, {
      dispatcher: client,
      method,
      headers,
      ...(method === 'POST' && { body: 'an order' }),
    });
    return { status: answer.statusCode, headers: answer.headers, text: await answer.body.text() };
  }

  it('lets what is allowed through, body and all, and tells the client its limits', async () => {
    const answer = await send('/api/orders?page=2', 'POST');
    expect([answer.status, answer.text]).toEqual([200, 'from the shop']);
    expect(answer.headers['ratelimit-policy']).toBe('"writes";q=2;w=3600');
    expect(answer.headers.ratelimit).toMatch(/^"writes";r=1;t=\d+$/);
    expect(answer.headers['x-request-id']).toBeDefined();
    expect(received).toMatchObject([
      {
        method: 'POST',
        url: '/api/orders?page=2',
        body: 'an order',
        headers: { 'x-request-id': answer.headers['x-request-id'] },
      },
    ]);
  });

  it('answers 429 with Retry-After where the quota is used up, and keeps it from the service', async () => {
    const answers = [];
    for (let i = 0; i < 4; i++) answers.push(await send('/api/orders', 'POST'));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 429, 429]);
    expect(received).toHaveLength(2);
    const denied = answers[3];
    expect(Number(denied?.headers['retry-after'])).toBeGreaterThanOrEqual(1);
    expect(denied?.headers.ratelimit).toMatch(/^"writes";r=0;t=\d+$/);
    expect(denied?.headers['content-type']).toBe('application/problem+json');
    expect(JSON.parse(denied?.text ?? '')).toMatchObject({
      status: 429,
      retry_after_seconds: Number(denied?.headers['retry-after']),
      request_id: denied?.headers['x-request-id'],
    });
  });

  it('judges by the method, host and path that the client sent', async () => {
    for (let i = 0; i < 3; i++) await send('/api/orders', 'POST');
    expect((await send('/api/orders', 'GET')).status).toBe(200);
    expect((await send('/elsewhere', 'POST')).status).toBe(200);
    expect((await send('//API/x/../orders', 'POST')).status).toBe(429);
  });

  it('takes no other address for the client’s than the one it came from', async () => {
    const statuses = [];
    for (let i = 0; i < 3; i++) {
      const headers = { 'x-forwarded-for': `198.51.100.${i}`, forwarded: `for=198.51.100.${i}` };
      statuses.push((await send('/api/orders', 'POST', headers)).status);
    }
    expect(statuses).toEqual([200, 200, 429]);
  });

  it('lets no client describe another request than its own', async () => {
    for (let i = 0; i < 2; i++) await send('/api/orders', 'POST');
    for (const headers of [
      { 'x-forwarded-method': 'GET', 'x-forwarded-uri': '/free', 'x-forwarded-host': 'free.org' },
      { 'x-original-method': 'GET', 'x-original-uri': '/free' },
      { 'x-original-url': 'http://free.org/free' },
    ]) {
      expect([400, 429]).toContain((await send('/api/orders', 'POST', headers)).status);
    }
    expect(received).toHaveLength(2);
  });

  it('tells the service whose key it was, and nothing that a client says of itself', async () => {
    await send('/any', 'GET', { 'x-api-key': key, 'x-floodgate-user': 'root' });
    await send('/any', 'GET', {
      'x-floodgate-user': 'root',
      'x-floodgate-tier': 'gold',
      // The same to a service that speaks CGI.
      x_floodgate_user: 'root',
      'X-Floodgate_User': 'root',
    });
    const [known, unknown] = received.map(({ headers }) => headers);
    expect(known).toMatchObject({
      'x-floodgate-user': 'j%C3%B6rg',
      'x-floodgate-tier': 'gold',
      'x-floodgate-key-id': id,
    });
    expect(Object.keys(unknown ?? {}).filter((name) => /^x.floodgate/.test(name))).toEqual([]);
  });

  it('keeps 401 and 403 as they are', async () => {
    const unknown = await send('/any', 'GET', { 'x-api-key': 'fg_nothing' });
    expect([unknown.status, unknown.headers['www-authenticate']]).toEqual([
      401,
      expect.stringContaining('Bearer'),
    ]);
    expect((await send('/closed', 'GET')).status).toBe(403);
    expect(received).toEqual([]);
  });

  it('refuses a path that has no single safe meaning', async () => {
    expect((await send('/a%2fb', 'GET')).status).toBe(400);
    expect(received).toEqual([]);
  });

  it('refuses everything when Floodgate does not trust it', async () => {
    gateway = gatewayOver(createMemoryStore());
    expect((await send('/any', 'GET')).status).toBe(403);
    expect(received).toEqual([]);
  });
});

describe('Caddy with its example and an upgraded connection', () => {
  let caddy: Caddy;
  beforeAll(async () => {
    caddy = await Caddy.serving((port) => example('Caddyfile', port));
  });
  afterAll(() => caddy.stop());

  async function upgrade(): Promise<number | undefined> {
    const asked = get(`${caddy.url}/closed`, {
      headers: { Connection: 'Upgrade', Upgrade: 'websocket' },
      localAddress: CLIENT,
    });
    const [answer, socket] = await Promise.race([once(asked, 'response'), once(asked, 'upgrade')]);
    socket?.destroy();
    answer.destroy();
    return answer.statusCode;
  }

  it('judges it like any other', async () => {
    shop.once('upgrade', (_, socket) => {
      socket.end(
        'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
      );
    });
    expect(await upgrade()).toBe(403);
    gateway.configure({});
    expect(await upgrade()).toBe(101);
  });
});

describe('nginx without Floodgate', () => {
  const away = (port: number) =>
    // A port that takes no connections.
    example('nginx.conf', port).replaceAll(`${PROXY}:${portOf(frontDoor)}`, `${PROXY}:1`);

  async function statusBehind(configuration: (port: number) => string): Promise<number> {
    const nginx = await Nginx.serving(configuration);
    try {
      const { statusCode, body } = await request(`${nginx.url}/any`, { dispatcher: client });
      await body.dump();
      return statusCode;
    } finally {
      await nginx.stop();
    }
  }

  it('refuses everything with 503', async () => {
    expect(await statusBehind(away)).toBe(503);
    expect(received).toEqual([]);
  });

  it('lets everything pass where its example says so', async () => {
    const open = await statusBehind((port) => away(port).replace('# error_page', 'error_page'));
    expect(open).toBe(200);
    expect(received).toHaveLength(1);
  });
});
