import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import type { TLSSocket } from 'node:tls';
import { promisify } from 'node:util';
import type { Dispatcher } from 'undici';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Address, createResolver } from '../../lib/upstream/resolver';
import { createTargetPool, type TargetPool } from '../../lib/upstream/target-pool';
import { createCertificates } from '../support/certificates';
import { freePort } from '../support/free-port';
import { temporaryFolder } from '../support/temporary-folder';

const NAME = 'service.test';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

interface OpenOptions {
  readonly connections?: number;
  readonly connectTimeoutMs?: number;
  readonly renewMs?: number;
  readonly lookup?: () => Promise<readonly Address[]>;
}

function openPool(url: string, options: OpenOptions = {}): TargetPool {
  const { lookup = async () => [], ...rest } = options;
  const resolver = createResolver({ lookup, refreshMs: 20, retryMs: 20 });
  const pool = createTargetPool(url, {
    connections: 2,
    connectTimeoutMs: 1_000,
    resolver,
    ...rest,
  });
  cleanups.push(async () => {
    await pool.close(100);
    resolver.close();
  });
  return pool;
}

/** A server whose connections the test can count. */
async function serve(listener: RequestListener, address = '127.0.0.1', port = 0) {
  const server = createServer(listener);
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen(port, address);
  await once(server, 'listening');
  cleanups.push(() => end(server));
  const { port: given } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${given}`, port: given, sockets, server };
}

function end(server: Server): Promise<unknown> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  return closed;
}

const answerOk: RequestListener = (_request, response) => response.end('ok');

function ask(pool: TargetPool, path = '/'): Promise<Dispatcher.ResponseData> {
  return pool.dispatcher.request({ origin: pool.origin, path, method: 'GET' });
}

async function bodyOf(pool: TargetPool, path?: string): Promise<string> {
  return (await ask(pool, path)).body.text();
}

async function failureOf(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
    return undefined;
  } catch (error) {
    return Object(error).code;
  }
}

describe('a target', () => {
  it.each([
    ['http://service.test:80', 'http://service.test', 'service.test'],
    ['https://service.test:443/', 'https://service.test', 'service.test'],
    ['http://service.test:8080', 'http://service.test:8080', 'service.test:8080'],
    ['http://[::1]:8080', 'http://[::1]:8080', '[::1]:8080'],
  ])('%s is called %s and %s', (url, origin, host) => {
    expect(openPool(url)).toMatchObject({ origin, host, addresses: [] });
  });

  it('by an IPv6 address is met', async () => {
    const { port } = await serve(answerOk, '::1');
    expect(await bodyOf(openPool(`http://[::1]:${port}`))).toBe('ok');
  });

  it('is asked again on the connection that is there', async () => {
    const { url, sockets } = await serve(answerOk);
    const pool = openPool(url, { connections: 1 });
    const first = new Set<Socket>();
    for (let turn = 0; turn < 5; turn += 1) {
      expect(await bodyOf(pool)).toBe('ok');
      for (const socket of sockets) first.add(socket);
    }
    expect(first.size).toBe(1);
  });

  it('is asked on no more connections than allowed; further requests wait', async () => {
    const { url, sockets } = await serve(answerOk);
    const pool = openPool(url, { connections: 2 });
    await Promise.all(Array.from({ length: 20 }, () => bodyOf(pool)));
    expect(sockets.size).toBe(2);
  });

  it('is reached at its next address when the first refuses', async () => {
    const { port } = await serve(answerOk, '127.0.0.1');
    const lookup = async () =>
      ['127.0.0.9', '127.0.0.8', '127.0.0.1'].map((address) => ({ address, family: 4 }));
    const pool = openPool(`http://${NAME}:${port}`, { lookup });
    expect(await bodyOf(pool)).toBe('ok');
    expect(pool.addresses).toHaveLength(3);
  });

  it('that answers more or less than it said breaks the request off', async () => {
    const { url } = await serve((_request, response) => {
      response.writeHead(200, { 'Content-Length': '100' });
      response.write('short');
      response.socket?.end();
    });
    expect(await failureOf(bodyOf(openPool(url)))).toBeDefined();
  });
});

describe('a target that can not be connected to', () => {
  it('fails every waiting request by its own fault, and is used again when it is there', async () => {
    const port = await freePort();
    const pool = openPool(`http://127.0.0.1:${port}`, { connections: 2 });
    const failures = await Promise.all(Array.from({ length: 20 }, () => failureOf(ask(pool))));
    expect(new Set(failures)).toEqual(new Set(['ECONNREFUSED']));
    const { sockets } = await serve(answerOk, '127.0.0.1', port);
    const answers = await Promise.all(Array.from({ length: 20 }, () => bodyOf(pool)));
    expect(new Set(answers)).toEqual(new Set(['ok']));
    // Those that failed while others waited are not among the pool's two any more.
    expect(sockets.size).toBeLessThanOrEqual(4);
  });

  it('by its name says so', async () => {
    const lookup = () => Promise.reject(Object.assign(new Error('unknown'), { code: 'ENOTFOUND' }));
    expect(await failureOf(ask(openPool(`http://${NAME}`, { lookup })))).toBe('ENOTFOUND');
  });

  it('is given up after the timeout and not after undici’s half seconds', async () => {
    const silent = createTcpServer(() => undefined).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    cleanups.push(() => silent.close());
    const { port } = silent.address() as AddressInfo;
    const accepted: Socket[] = [];
    silent.on('connection', (socket) =>
      accepted.push(socket.resume().on('error', () => undefined)),
    );
    const pool = openPool(`https://127.0.0.1:${port}`, { connectTimeoutMs: 50 });
    const codes: unknown[] = [];
    const startedAt = performance.now();
    // One after the other: with undici's own clock twenty of them would take ten seconds or more.
    for (let turn = 0; turn < 20; turn += 1) codes.push(await failureOf(ask(pool)));
    const tookMs = performance.now() - startedAt;
    expect(new Set(codes)).toEqual(new Set(['UND_ERR_CONNECT_TIMEOUT']));
    expect(tookMs).toBeLessThan(20 * 499);
    await vi.waitFor(() => expect(accepted.every(({ destroyed }) => destroyed)).toBe(true));
  });

  it('because DNS is silent is given up after the timeout', async () => {
    const pool = openPool(`http://${NAME}`, {
      connectTimeoutMs: 50,
      lookup: () => new Promise(() => undefined),
    });
    expect(await failureOf(ask(pool))).toBe('UND_ERR_CONNECT_TIMEOUT');
  });
});

describe('the pool is in good order', () => {
  it('after requests that were left', async () => {
    const { url, sockets } = await serve((request, response) => {
      if (request.url === '/slow') response.write('begin');
      else response.end('ok');
    });
    const pool = openPool(url, { connections: 2 });
    for (let turn = 0; turn < 10; turn += 1) {
      const abort = new AbortController();
      const { body } = await pool.dispatcher.request({
        origin: url,
        path: '/slow',
        method: 'GET',
        signal: abort.signal,
      });
      abort.abort();
      expect(await failureOf(body.text())).toBeDefined();
    }
    await vi.waitFor(() => expect(sockets.size).toBeLessThanOrEqual(2));
    const answers = await Promise.all(Array.from({ length: 10 }, () => bodyOf(pool)));
    expect(new Set(answers)).toEqual(new Set(['ok']));
    expect(sockets.size).toBeLessThanOrEqual(2);
  });

  it('while upgraded connections are open: they are outside of its number and its end', async () => {
    const { url, server, sockets } = await serve(answerOk);
    server.on('upgrade', (_request, socket) => {
      socket.on('error', () => undefined);
      socket.write(
        'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n',
      );
      socket.pipe(socket);
    });
    const pool = openPool(url, { connections: 2 });
    const upgraded = await Promise.all(
      Array.from({ length: 5 }, () =>
        pool.dispatcher.upgrade({ path: '/', protocol: 'echo', method: 'GET' }),
      ),
    );
    expect(sockets.size).toBe(5);
    expect(await bodyOf(pool)).toBe('ok');
    await pool.close();
    for (const { socket } of upgraded) {
      socket.end('still here');
      expect(await text(socket)).toBe('still here');
    }
  });

  it('when a server closes idle connections between requests', async () => {
    const { url, server } = await serve(answerOk);
    const pool = openPool(url, { connections: 1 });
    for (let turn = 0; turn < 5; turn += 1) {
      expect(await bodyOf(pool)).toBe('ok');
      const gone = once(pool.dispatcher, 'disconnect');
      server.closeIdleConnections();
      await gone;
    }
  });
});

describe('a name that moves', () => {
  /** Two servers at one port of two addresses, which say who they are; `/hold` waits for `release`. */
  async function moving(options: OpenOptions = {}) {
    const held: (() => void)[] = [];
    const from: (who: string) => RequestListener = (who) => (request, response) => {
      if (request.url !== '/hold') return response.end(who);
      response.write(`${who} `);
      held.push(() => response.end('ended'));
    };
    const old = await serve(from('old'), '127.0.0.1');
    await serve(from('new'), '127.0.0.2', old.port);
    let addresses = ['127.0.0.1'];
    const pool = openPool(`http://${NAME}:${old.port}`, {
      lookup: async () => addresses.map((address) => ({ address, family: 4 })),
      ...options,
    });
    const spread = async (...next: string[]) => {
      addresses = next;
      await vi.waitFor(() => expect(pool.addresses).toEqual(next));
    };
    return { pool, old, held, spread, move: () => spread('127.0.0.2') };
  }

  it('takes new requests along, while those in flight end where they are', async () => {
    const { pool, old, held, move } = await moving();
    expect(await bodyOf(pool)).toBe('old');
    const { body } = await ask(pool, '/hold');
    await move();
    expect(await bodyOf(pool)).toBe('new');
    expect(pool.addresses).toEqual(['127.0.0.2']);
    expect(old.sockets.size).toBe(1);
    for (const release of held) release();
    expect(await body.text()).toBe('old ended');
    await vi.waitFor(() => expect(old.sockets.size).toBe(0));
  });

  it('is left where it was by what does not end, until its pool is closed', async () => {
    const { pool, move } = await moving();
    const { body } = await ask(pool, '/hold');
    await move();
    expect(await bodyOf(pool)).toBe('new');
    await pool.close(50);
    expect(await failureOf(body.text())).toBeDefined();
  });

  it('keeps its connections while some of its addresses are left', async () => {
    const { pool, spread } = await moving();
    expect(await bodyOf(pool)).toBe('old');
    const { dispatcher } = pool;
    await spread('127.0.0.1', '127.0.0.2');
    await spread('127.0.0.2');
    expect(pool.dispatcher).toBe(dispatcher);
    expect(await bodyOf(pool)).toBe('old');
  });

  it('takes requests along in time when it moves little by little', async () => {
    const { pool, spread } = await moving({ renewMs: 100 });
    expect(await bodyOf(pool)).toBe('old');
    await spread('127.0.0.1', '127.0.0.2');
    await spread('127.0.0.2');
    await vi.waitFor(async () => expect(await bodyOf(pool)).toBe('new'));
  });

  it('keeps its connections, however old, while its addresses stay', async () => {
    const dns = vi.fn(async () => [{ address: '127.0.0.1', family: 4 }]);
    const { pool } = await moving({ renewMs: 1, lookup: dns });
    const { dispatcher } = pool;
    await vi.waitFor(() => expect(dns.mock.calls.length).toBeGreaterThan(3));
    expect(pool.dispatcher).toBe(dispatcher);
  });

  it('serves those that wait for a connection to the old address', async () => {
    const { pool, held, move } = await moving({ connections: 1 });
    const { body } = await ask(pool, '/hold');
    const waiting = Array.from({ length: 5 }, () => bodyOf(pool));
    await move();
    for (const release of held) release();
    expect(await body.text()).toBe('old ended');
    expect(await Promise.all(waiting)).toEqual(Array.from({ length: 5 }, () => 'old'));
  });
});

describe('a pool that is closed', () => {
  it('lets requests in flight end', async () => {
    let release: () => void = () => undefined;
    const { url, sockets } = await serve((_request, response) => {
      response.write('begin ');
      release = () => response.end('end');
    });
    const pool = openPool(url);
    const { body } = await ask(pool);
    const closed = pool.close();
    release();
    expect(await body.text()).toBe('begin end');
    await closed;
    await vi.waitFor(() => expect(sockets.size).toBe(0));
    expect(await failureOf(ask(pool))).toMatch(/^UND_ERR_(CLOSED|DESTROYED)$/);
  });

  it('ends by force those that do not, also those that wait', async () => {
    const { url } = await serve((_request, response) => {
      response.write('begin');
    });
    const pool = openPool(url, { connections: 1 });
    const { body } = await ask(pool);
    const failures = [failureOf(body.text()), failureOf(ask(pool)), failureOf(ask(pool))];
    await pool.close(50);
    for (const failure of failures) expect(await failure).toBeDefined();
  });
});

describe('TLS', () => {
  /** What a process of its own meets that trusts `authority`. */
  async function requests(authority: string | undefined, url: string, ...hosts: string[]) {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--import', 'tsx', 'tests/support/request-target.ts', url, '127.0.0.1', ...hosts],
      {
        env: {
          PATH: process.env.PATH,
          NODE_ENV: 'test',
          ...(authority !== undefined && { NODE_EXTRA_CA_CERTS: authority }),
        },
      },
    );
    return stdout.trim().split('\n');
  }

  async function serveSecurely(subjectAltName?: string) {
    const { authority, certificate, key } = createCertificates(
      await temporaryFolder(),
      subjectAltName,
    );
    let connections = 0;
    const server = createSecureServer(
      { cert: readFileSync(certificate), key: readFileSync(key) },
      (request, response) => {
        response.end(`${request.headers.host} ${(request.socket as TLSSocket).servername}`);
      },
    );
    server.on('secureConnection', () => {
      connections += 1;
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    cleanups.push(() => end(server));
    const { port } = server.address() as AddressInfo;
    return { authority, port, connections: () => connections };
  }

  it('shows and checks the name of the target whatever Host says, on one connection', async () => {
    const { authority, port, connections } = await serveSecurely(`DNS:${NAME}`);
    const url = `https://${NAME}:${port}`;
    expect(await requests(authority, url, 'a.example', 'b.example', NAME)).toEqual([
      `200 a.example ${NAME}`,
      `200 b.example ${NAME}`,
      `200 ${NAME} ${NAME}`,
    ]);
    expect(connections()).toBe(1);
  });

  it('checks an address, and shows no name for it', async () => {
    const { authority, port, connections } = await serveSecurely();
    const url = `https://127.0.0.1:${port}`;
    expect(await requests(authority, url, 'a.example', 'b.example')).toEqual([
      '200 a.example false',
      '200 b.example false',
    ]);
    expect(connections()).toBe(1);
  });

  it('refuses a certificate for another name', async () => {
    const { authority, port } = await serveSecurely('DNS:other.test');
    const url = `https://${NAME}:${port}`;
    // Also where the client's Host would fit.
    expect(await requests(authority, url, NAME, 'other.test')).toEqual([
      'ERR_TLS_CERT_ALTNAME_INVALID',
      'ERR_TLS_CERT_ALTNAME_INVALID',
    ]);
  });

  it('refuses a certificate of an authority that is not trusted', async () => {
    const { port } = await serveSecurely(`DNS:${NAME}`);
    expect(await requests(undefined, `https://${NAME}:${port}`, NAME)).toEqual([
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    ]);
  });
});
