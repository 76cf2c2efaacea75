import type { Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFrontDoor } from '../../lib/gateway';
import { createMemoryStore } from '../../lib/limiter';
import { gatewayOver, type TestGateway } from '../support/gateway';
import { exchange, statusesIn } from '../support/raw-http';

let server: Server;
let port: number;
let gateway: TestGateway;
const seenByPages: string[] = [];

beforeEach(async () => {
  seenByPages.length = 0;
  gateway = gatewayOver(createMemoryStore({ now: () => 0 }));
  server = createFrontDoor({
    gateway: gateway.whole,
    fallback: (request, response) => {
      seenByPages.push(request.url ?? '');
      response.end('page');
    },
    isDraining: () => gateway.replica.isDraining,
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const get = (target: string, ...fields: string[]) =>
  `GET ${target} HTTP/1.1\r\n${['Host: test', ...fields].join('\r\n')}\r\n\r\n`;
const once = (target: string, ...fields: string[]) =>
  exchange(port, get(target, 'Connection: close', ...fields));

describe('the host of a request', () => {
  const limits = [{ algorithm: 'fixed-window' as const, quota: 5, window_ms: 3_600_000 }];
  const onlyApi = { hosts: ['api.example.org'], paths: ['/api/*'] };
  const request = (target: string, ...fields: string[]) =>
    exchange(
      port,
      `GET ${target} HTTP/1.1\r\n${[...fields, 'Connection: close'].join('\r\n')}\r\n\r\n`,
    );

  beforeEach(() => {
    const deny = { cidrs: ['127.0.0.1'] };
    gateway.configure({ policies: [{ name: 'api-host', match: onlyApi, limits, deny }] });
  });

  it.each([
    ['its Host', '/api/x', ['Host: api.example.org']],
    ['its Host, in other letters, with port and dot', '/api/x', ['Host: API.Example.org.:8080']],
    ['its target in absolute form', 'http://api.example.org/api/x', ['Host: other.example']],
    ['both', 'http://api.example.org/api/x', ['Host: api.example.org']],
  ])('is what it says in %s', async (_, target, fields) => {
    expect(statusesIn((await request(target, ...fields)).received)).toEqual([403]);
  });

  it('is another where it says another', async () => {
    const { received } = await request('http://other.example/api/x', 'Host: api.example.org');
    expect(statusesIn(received)).toEqual([404]);
  });

  it.each([
    ['twice', ['Host: other.example', 'Host: api.example.org']],
    ['as a list', ['Host: other.example, api.example.org']],
    ['with a user', ['Host: user@api.example.org']],
    ['with an escape', ['Host: api%2eexample.org']],
    ['not at all', []],
  ])('is refused when it is given %s', async (_, fields) => {
    const { received } = await request('/api/x', ...fields);
    expect(statusesIn(received)).toEqual([400]);
    expect(received).toContain('application/problem+json');
  });

  it('may be left out in HTTP/1.0', async () => {
    const { received } = await exchange(port, 'GET /ping HTTP/1.0\r\n\r\n');
    expect(statusesIn(received)).toEqual([200]);
  });
});

describe('what else a client may send', () => {
  it('expects nothing but 100-continue', async () => {
    const { received } = await once('/ping', 'Expect: the-unexpected');
    expect(statusesIn(received)).toEqual([417]);
    expect(received).toContain('application/problem+json');
  });

  it('is no way around credentials: two of them are none', async () => {
    const token = 'Authorization: Bearer fg_aaaaaaaaaaaa_x';
    expect(statusesIn((await once('/ping', token, token)).received)).toEqual([401]);
    const { received } = await once('/ping', 'Authorization: Bearer\tfg_aaaaaaaaaaaa_x');
    expect(statusesIn(received)).toEqual([401]);
  });

  it('cannot be counted by a header that objects inherit', async () => {
    const limits = [{ algorithm: 'fixed-window' as const, quota: 1, window_ms: 3_600_000 }];
    gateway.configure({
      policies: [{ name: 'odd', limits, scope: ['header:constructor', 'header:proto'] }],
    });
    const statuses = [await once('/ping'), await once('/ping')].flatMap(({ received }) =>
      statusesIn(received),
    );
    expect(statuses).toEqual([200, 429]);
  });

  it.each(['/PING', '/API/x', '/api;v=1/x', '/api'])(
    '%s is not left to the pages',
    async (target) => {
      expect(statusesIn((await once(target)).received)).toEqual([404]);
      expect(seenByPages).toEqual([]);
    },
  );

  it('goes by its route where one takes it, outside /api too', async () => {
    gateway.configure({
      upstreams: [{ name: 'shop', targets: [{ url: 'http://127.0.0.1:9' }] }],
      routes: [{ name: 'shop', upstream: 'shop', match: { paths: ['/shop/*'] } }],
    });
    // The upstream of this configuration is followed by nobody.
    expect(statusesIn((await once('/shop/cart')).received)).toEqual([502]);
    expect(statusesIn((await once('/shops')).received)).toEqual([200]);
    expect(seenByPages).toEqual(['/shops']);
  });
});

describe('every spelling of a path', () => {
  it.each([
    '//ping',
    '/./ping',
    '/x/../ping',
    '/%70ing',
    '/ping/',
    '/%2e/ping',
    '/ping?a=1',
    'http://other.example/ping',
  ])('%s meets the same policy', async (target) => {
    for (let i = 0; i < 5; i++) await once('/ping');
    expect(statusesIn((await once(target)).received)).toEqual([429]);
    expect(seenByPages).toEqual([]);
  });

  it.each(['/%2e%2e/ping', '/a%2fping', '/ping%00', '/%zz', '/a\\b'])(
    '%s has no safe meaning and is refused',
    async (target) => {
      const { received } = await once(target);
      expect(statusesIn(received)).toEqual([400]);
      expect(received).toContain('application/problem+json');
      expect(seenByPages).toEqual([]);
    },
  );

  it('is refused when it is longer than 8,192 characters', async () => {
    expect(statusesIn((await once(`/${'a'.repeat(8_192)}`)).received)).toEqual([414]);
  });

  it('goes to the pages when it is none of the gateway’s', async () => {
    expect((await once('/about')).received).toContain('page');
    expect(seenByPages).toEqual(['/about']);
  });
});

describe('a request with two meanings is answered 400 and the connection closed', () => {
  const smuggled = 'GET /ping HTTP/1.1\r\nHost: x\r\n\r\n';
  it.each([
    ['two lengths', 'Content-Length: 0\r\nContent-Length: 34'],
    ['length and chunks', 'Content-Length: 34\r\nTransfer-Encoding: chunked'],
    ['an unknown coding', 'Transfer-Encoding: chunked, identity'],
    ['a space before the colon', 'Content-Length : 34'],
    ['a folded line', 'X-A: b\r\n c: d'],
    ['a negative length', 'Content-Length: -1'],
    ['a hexadecimal length', 'Content-Length: 0x22'],
    ['NUL in a value', 'X-A: a\0b'],
  ])('%s', async (_, fields) => {
    const head = `GET /health/live HTTP/1.1\r\nHost: x\r\n${fields}\r\n\r\n`;
    const { received, closed } = await exchange(port, head + smuggled);
    expect(closed).toBe(true);
    expect(statusesIn(received)).toEqual([400]);
  });

  it('no Host', async () => {
    const { received } = await exchange(port, 'GET /ping HTTP/1.1\r\nConnection: close\r\n\r\n');
    expect(statusesIn(received)).toEqual([400]);
  });

  it('something else than HTTP', async () => {
    const { received, closed } = await exchange(port, 'SSH-2.0-OpenSSH_9\r\n\r\n');
    expect([statusesIn(received), closed]).toEqual([[400], true]);
    expect(received).toContain('"request_id":"');
  });

  it('too many header bytes, as 431', async () => {
    const { received, closed } = await once('/ping', `X-A: ${'a'.repeat(17_000)}`);
    expect([statusesIn(received), closed]).toEqual([[431], true]);
  });
});

describe('connections', () => {
  it('serve pipelined requests in order', async () => {
    const bytes =
      get('/ping') + get('/health/live') + get('/nowhere/') + get('/api/x', 'Connection: close');
    const { received } = await exchange(port, bytes);
    expect(statusesIn(received)).toEqual([200, 200, 200, 404]);
  });

  it('are closed rather than fed a body nobody asked for', async () => {
    const { received, closed } = await exchange(
      port,
      `${get('/health/live', 'Content-Length: 5')}hello${get('/ping')}`,
    );
    expect([statusesIn(received), closed]).toEqual([[200], true]);
  });

  it('are not kept while draining', async () => {
    gateway.replica.isDraining = true;
    const { received, closed } = await exchange(port, get('/health/ready'));
    expect([statusesIn(received), closed]).toEqual([[503], true]);
  });

  it('that trickle their headers are cut off with 408', async () => {
    server.headersTimeout = 200;
    const socket = connect(port, '127.0.0.1');
    let received = '';
    socket.on('data', (chunk) => {
      received += String(chunk);
    });
    socket.write('GET /ping HTTP/1.1\r\nHost: x\r\n');
    const trickle = setInterval(() => socket.write('X-A: b\r\n'), 50);
    await new Promise((resolve) => socket.once('close', resolve));
    clearInterval(trickle);
    expect(statusesIn(received)).toEqual([408]);
  });
});

describe('hostile header values', () => {
  it('come back neither in headers nor as markup', async () => {
    const { received } = await once('/api/x', 'X-Request-Id: <img src=x onerror=alert(1)>');
    expect(received).not.toContain('<img');
  });
});
