import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createBackend } from '../../examples/backend/backend';
import type { Reply } from '../../lib/http';
import { createMemoryStore } from '../../lib/limiter';
import type { ConfigurationInput, PolicyInput } from '../../lib/policy';
import { createUpstreams, type Upstreams } from '../../lib/upstream';
import { bodyOf, callTo, field, gatewayOver, type TestGateway } from '../support/gateway';

type UpstreamInput = NonNullable<ConfigurationInput['upstreams']>[number];

const POLICY: PolicyInput = {
  name: 'forward',
  match: { paths: ['/forward'], methods: ['POST'] },
  limits: [{ algorithm: 'token-bucket', quota: 100, refill_tokens: 10, refill_interval_ms: 1_000 }],
};

let servers: Server[];
let upstreams: Upstreams;
let gateway: TestGateway;

beforeEach(() => {
  servers = [];
  upstreams = createUpstreams();
  gateway = gatewayOver(createMemoryStore(), {}, [], { upstreams });
});
afterEach(async () => {
  for (const server of servers) {
    server.close();
    server.closeAllConnections();
  }
  await upstreams.close();
});

/** @returns its URL */
async function listening(server: Server): Promise<string> {
  servers.push(server.listen(0, '127.0.0.1'));
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const service = (answer: RequestListener) => listening(createServer(answer));

function demo(
  urls: readonly string[],
  changes: Partial<UpstreamInput> = {},
  limits = POLICY.limits,
) {
  gateway.configure({
    policies: [{ ...POLICY, limits }],
    upstreams: [{ name: 'demo', targets: urls.map((url) => ({ url })), ...changes }],
  });
}

async function forward(
  body: string = JSON.stringify({ endpoint: '/users' }),
  headers: Readonly<Record<string, string>> = { 'content-type': 'application/json' },
): Promise<Reply> {
  const call = callTo('/forward', {
    method: 'POST',
    headers,
    body: async (maxBytes) => (body.length > maxBytes ? undefined : body),
  });
  return gateway.handle(call);
}

describe('POST /forward', () => {
  it.each(['/users', '/data', '/health'])(
    'answers with what %s of the upstream says',
    async (endpoint) => {
      demo([await listening(createBackend({ name: 'backend-1' }))]);
      const reply = await forward(JSON.stringify({ endpoint }));
      expect(reply.status).toBe(200);
      expect(bodyOf(reply)).toEqual({
        success: true,
        message: 'Request forwarded successfully',
        data: expect.objectContaining({ backend: 'backend-1' }),
      });
      expect(field(reply, 'RateLimit-Policy')).toBe('"forward";q=100;w=10');
    },
  );

  it('passes the request id on, and nothing of the client', async () => {
    const seen: unknown[] = [];
    demo([
      await service(({ headers }, response) => {
        seen.push(headers);
        response.end('{}');
      }),
    ]);
    const headers = {
      'content-type': 'application/json',
      'x-request-id': 'abc',
      authorization: 'Basic secret',
      cookie: 'floodgate_session=secret',
    };
    await forward(undefined, headers);
    expect(seen).toEqual([expect.objectContaining({ 'x-request-id': 'abc' })]);
    expect(JSON.stringify(seen)).not.toContain('secret');
  });

  it('passes numbers on with all their digits', async () => {
    const data = '{"id":12345678901234567890,"price":1.10}';
    demo([await service((_, response) => response.end(data))]);
    expect((await forward()).body).toContain(`"data":${data}`);
  });

  it('denies as its first clients know it, and as all others do', async () => {
    const limits: PolicyInput['limits'] = [
      { algorithm: 'token-bucket', quota: 1, refill_tokens: 1, refill_interval_ms: 60_000 },
    ];
    demo([await service((_, response) => response.end('{}'))], {}, limits);
    expect((await forward()).status).toBe(200);
    const denied = await forward();
    expect(denied.status).toBe(429);
    expect(field(denied, 'Content-Type')).toBe('application/problem+json');
    expect(field(denied, 'Content-Length')).toBe(String(Buffer.byteLength(denied.body ?? '')));
    expect(field(denied, 'Retry-After')).toBe('60');
    expect(bodyOf(denied)).toMatchObject({
      success: false,
      message: 'Rate limit exceeded',
      error: 'Too many requests',
      retry_after_seconds: 60,
      title: 'Too many requests',
      status: 429,
      'violated-policies': ['forward'],
      instance: '/forward',
    });
  });

  it.each<[number, string, string, string | undefined]>([
    [400, 'another endpoint', '{"endpoint":"/admin"}', 'application/json'],
    [400, 'an endpoint with more behind it', '{"endpoint":"/users/1"}', 'application/json'],
    [400, 'no endpoint', '{}', 'application/json; charset=utf-8'],
    [400, 'nothing', '', 'application/json'],
    [400, 'no JSON', '{"endpoint":', 'application/json'],
    [413, 'a long body', ' '.repeat(5_000), 'application/json'],
    [415, 'a form', 'endpoint=/users', 'application/x-www-form-urlencoded'],
    [415, 'a body of no type', '{"endpoint":"/users"}', undefined],
  ])('is %i for %s, and asks nobody', async (status, _, body, type) => {
    let asked = 0;
    demo([
      await service((_request, response) => {
        asked += 1;
        response.end('{}');
      }),
    ]);
    const reply = await forward(body, { ...(type !== undefined && { 'content-type': type }) });
    expect(reply.status).toBe(status);
    if (status === 400) expect(bodyOf(reply)).toHaveProperty('errors');
    expect(asked).toBe(0);
  });

  it('names the endpoints that there are', async () => {
    expect(bodyOf(await forward('{"endpoint":"/admin"}'))).toMatchObject({
      errors: [{ path: 'endpoint', message: 'use /users, /data or /health' }],
    });
  });

  it('is 501 where the configuration has no such upstream', async () => {
    gateway.configure({});
    expect((await forward()).status).toBe(501);
  });

  it.each<[string, RequestListener]>([
    ['an error', (_, response) => response.writeHead(500).end('{}')],
    [
      'a redirect',
      (_, response) => response.writeHead(302, { location: 'http://10.0.0.1/' }).end(),
    ],
    ['what is no JSON', (_, response) => response.end('<html>')],
    ['what is no object', (_, response) => response.end('[1]')],
    [
      'more than 1 MiB',
      (_, response) => response.end(JSON.stringify({ a: 'x'.repeat(1_100_000) })),
    ],
    [
      'an answer that breaks off',
      (_, response) => {
        response.writeHead(200, { 'Content-Length': '100' });
        response.write('{', () => response.destroy());
      },
    ],
  ])('is 502 for %s', async (_, answer) => {
    demo([await service(answer)]);
    const reply = await forward();
    expect(reply.status).toBe(502);
    expect(field(reply, 'Content-Type')).toBe('application/problem+json');
    expect(reply.body).not.toContain('127.0.0.1');
  });

  it('is 504 where no answer comes in time', async () => {
    demo([await service(() => undefined)], { timeouts: { total_ms: 50 } });
    expect((await forward()).status).toBe(504);
  });

  it('asks another target where one can not be reached', async () => {
    const gone = createServer();
    const url = await listening(gone);
    await new Promise((resolve) => gone.close(resolve));
    demo([url, await service((_, response) => response.end('{}'))]);
    const replies = [await forward(), await forward(), await forward()];
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200]);
  });

  it('is 502 where no target can be reached', async () => {
    demo(['http://127.0.0.1:1']);
    expect((await forward()).status).toBe(502);
  });

  it('is 503 with Retry-After while the breaker is open, and asks nobody', async () => {
    let asked = 0;
    const failing = await service((_, response) => {
      asked += 1;
      response.writeHead(500).end();
    });
    demo([failing], { breaker: { least_requests: 2, open_ms: 60_000 } });
    const replies = [await forward(), await forward(), await forward()];
    expect(replies.map(({ status }) => status)).toEqual([502, 502, 503]);
    expect(Number(field(replies[2] as Reply, 'Retry-After'))).toBeGreaterThanOrEqual(1);
    expect(asked).toBe(2);
  });

  it('gives every connection back', async () => {
    demo([await service((_, response) => response.end('{}'))], {
      connections: { per_target: 1, queued: 0 },
    });
    for (let i = 0; i < 3; i++) expect((await forward()).status).toBe(200);
    expect(upstreams.status()[0]?.targets[0]?.inFlight).toBe(0);
  });
});
