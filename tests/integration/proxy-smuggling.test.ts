import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Haproxy } from '../support/haproxy';
import { Nginx } from '../support/nginx';
import { type Proxied, proxied } from '../support/proxied';
import { attack } from '../support/raw-attack';
import { statusesIn } from '../support/raw-http';
import { RecordingOrigin, ScriptedOrigin } from '../support/recording-origin';

/** What an attacker hides in or behind another request; whoever parses it as one refuses it. */
const HIDDEN = 'GET /hidden HTTP/1.1\r\nHost: hidden\r\nX-Pad: ';
const HIDDEN_WHOLE = 'GET /hidden HTTP/1.1\r\nHost: hidden\r\n\r\n';

const post = (fields: string, body: string) =>
  `POST /a HTTP/1.1\r\nHost: a.example\r\n${fields}\r\n\r\n${body}`;
const chunked = (body: string) => post('Transfer-Encoding: chunked', body);

/** Heads that two parsers can read in two ways. */
const AMBIGUOUS_HEADS: [string, string][] = [
  [
    'a length and chunks',
    post('Content-Length: 6\r\nTransfer-Encoding: chunked', `0\r\n\r\n${HIDDEN}`),
  ],
  [
    'chunks and a length',
    post('Transfer-Encoding: chunked\r\nContent-Length: 6', `0\r\n\r\n${HIDDEN}`),
  ],
  ['two lengths', post('Content-Length: 0\r\nContent-Length: 44', HIDDEN_WHOLE)],
  ['the same length twice', post('Content-Length: 1\r\nContent-Length: 1', `a${HIDDEN_WHOLE}`)],
  ['a list of lengths', post('Content-Length: 0, 44', HIDDEN_WHOLE)],
  ['a length with a sign', post('Content-Length: +1', `a${HIDDEN_WHOLE}`)],
  ['a negative length', post('Content-Length: -1', HIDDEN_WHOLE)],
  ['a hexadecimal length', post('Content-Length: 0x1', `a${HIDDEN_WHOLE}`)],
  ['a length with a fraction', post('Content-Length: 1.0', `a${HIDDEN_WHOLE}`)],
  ['a length with a space in it', post('Content-Length: 1 0', `a${HIDDEN_WHOLE}`)],
  ['an empty length', post('Content-Length:', HIDDEN_WHOLE)],
  ['a length beyond 64 bits', post('Content-Length: 18446744073709551617', `a${HIDDEN_WHOLE}`)],
  [
    'chunked before another coding',
    post('Transfer-Encoding: chunked, identity', `0\r\n\r\n${HIDDEN_WHOLE}`),
  ],
  ['identity', post('Transfer-Encoding: identity', HIDDEN_WHOLE)],
  [
    'chunked twice',
    post('Transfer-Encoding: chunked\r\nTransfer-Encoding: identity', `0\r\n\r\n${HIDDEN_WHOLE}`),
  ],
  ['an unknown coding', post('Transfer-Encoding: xchunked', `0\r\n\r\n${HIDDEN_WHOLE}`)],
  ['a coding with a control', post('Transfer-Encoding: \x0bchunked', `0\r\n\r\n${HIDDEN_WHOLE}`)],
  ['a coding in quotes', post('Transfer-Encoding: "chunked"', `0\r\n\r\n${HIDDEN_WHOLE}`)],
  ['a space before the colon', post('Transfer-Encoding : chunked', `0\r\n\r\n${HIDDEN_WHOLE}`)],
  ['a tab before the colon', post('Content-Length\t: 1', `a${HIDDEN_WHOLE}`)],
  ['a folded coding', post('Transfer-Encoding:\r\n chunked', `0\r\n\r\n${HIDDEN_WHOLE}`)],
  ['a folded field', post('X-A: 1\r\n Content-Length: 44', HIDDEN_WHOLE)],
  ['a space before the first field', `POST /a HTTP/1.1\r\n X: 1\r\nHost: a\r\n\r\n`],
  [
    'a bare LF between fields',
    `POST /a HTTP/1.1\r\nHost: a\r\nX: 1\nContent-Length: 44\r\n\r\n${HIDDEN_WHOLE}`,
  ],
  ['a bare LF after the request line', `GET /a HTTP/1.1\nHost: a\r\n\r\n`],
  ['a bare LF at the end of the head', `GET /a HTTP/1.1\r\nHost: a\r\n\n`],
  ['bare LFs alone', `GET /a HTTP/1.1\nHost: a\n\n`],
  ['a bare CR in a value', post('X: 1\rContent-Length: 44', HIDDEN_WHOLE)],
  ['a NUL in a value', `GET /a HTTP/1.1\r\nHost: a\r\nX: 1\0\r\n\r\n`],
  ['a NUL in a name', `GET /a HTTP/1.1\r\nHost: a\r\nX\0: 1\r\n\r\n`],
  ['no name', `GET /a HTTP/1.1\r\nHost: a\r\n: 1\r\n\r\n`],
  ['no colon', `GET /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding\r\n\r\n`],
  ['a target with a space', `GET /a b HTTP/1.1\r\nHost: a\r\n\r\n`],
  ['a target with a control', `GET /a\x01 HTTP/1.1\r\nHost: a\r\n\r\n`],
  ['a target that is a name', `GET a HTTP/1.1\r\nHost: a\r\n\r\n`],
  ['a fragment', `GET /a#b HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`],
  ['a method in lower case', `get /a HTTP/1.1\r\nHost: a\r\n\r\n`],
  ['an unknown method', `SMUGGLE /a HTTP/1.1\r\nHost: a\r\n\r\n`],
  ['no version', 'GET /a\r\nHost: a\r\n\r\n'],
  ['an unknown version', `GET /a HTTP/1.2\r\nHost: a\r\n\r\n`],
  ['HTTP/0.9 by its name', 'GET /a HTTP/0.9\r\nHost: a\r\n\r\n'],
  ['HTTP/2 by its name', 'GET /a HTTP/2.0\r\nHost: a\r\n\r\n'],
  ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ['two Hosts', `GET /a HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n`],
  ['no Host', `GET /a HTTP/1.1\r\nX: 1\r\nConnection: close\r\n\r\n`],
  ['a list of Hosts', `GET /a HTTP/1.1\r\nHost: a, b\r\nConnection: close\r\n\r\n`],
];

/** Bodies that two parsers can end in two places. */
const AMBIGUOUS_BODIES: [string, string][] = [
  ['a hexadecimal mark', chunked(`0x1\r\na\r\n0\r\n\r\n${HIDDEN_WHOLE}`)],
  ['a sign', chunked(`+1\r\na\r\n0\r\n\r\n${HIDDEN_WHOLE}`)],
  ['a negative size', chunked(`-1\r\na\r\n0\r\n\r\n${HIDDEN_WHOLE}`)],
  ['an underscore', chunked(`1_0\r\na\r\n0\r\n\r\n${HIDDEN_WHOLE}`)],
  ['no size', chunked(`\r\na\r\n0\r\n\r\n${HIDDEN_WHOLE}`)],
  ['a size beyond 64 bits', chunked(`10000000000000001\r\na\r\n0\r\n\r\n${HIDDEN_WHOLE}`)],
  ['a bare LF after the size', chunked(`1\na\r\n0\r\n\r\n${HIDDEN_WHOLE}`)],
  ['a bare LF after the data', chunked(`1\r\na\n0\r\n\r\n${HIDDEN_WHOLE}`)],
  ['more data than its size', chunked(`1\r\nabc\r\n0\r\n\r\n${HIDDEN_WHOLE}`)],
  ['a bare LF in an extension', chunked(`1;x\na\r\n0\r\n\r\n${HIDDEN_WHOLE}`)],
  ['a bare CR in an extension', chunked(`1;x\ra\r\n0\r\n\r\n${HIDDEN_WHOLE}`)],
  ['an extension of a megabyte', chunked(`1;${'x'.repeat(1_048_576)}\r\na\r\n0\r\n\r\n`)],
  ['a length among its trailers', chunked(`0\r\nContent-Length: 9\r\n\r\n${HIDDEN_WHOLE}`)],
  ['a folded trailer', chunked(`0\r\nX: 1\r\n Y: 2\r\n\r\n${HIDDEN_WHOLE}`)],
];

/** For connections that stay open after their answer. */
const whole = { isEnough: (received: string) => received.endsWith('of the origin') };

let origin: RecordingOrigin;
let floodgate: Proxied;

beforeAll(async () => {
  origin = await RecordingOrigin.start();
  floodgate = await proxied({
    targets: [origin.url],
    route: { max_body_bytes: 1_000 },
    policies: [
      {
        name: 'hidden',
        match: { paths: ['/hidden'] },
        limits: [{ algorithm: 'fixed-window', quota: 1_000_000, window_ms: 60_000 }],
        deny: { cidrs: ['0.0.0.0/0'] },
      },
    ],
  });
});

afterAll(async () => {
  await floodgate.close();
  await origin.stop();
});

beforeEach(() => origin.forget());

describe('a head that can be read in two ways', () => {
  it.each(AMBIGUOUS_HEADS)('is refused, and nothing forwarded: %s', async (_, bytes) => {
    const { received, isClosed } = await attack(floodgate.url, bytes);
    const [status = 0] = statusesIn(received);
    expect(status === 505 || (status >= 400 && status < 500), `${status}`).toBe(true);
    expect(origin.received).toBe('');
    if (bytes.endsWith(HIDDEN_WHOLE) || bytes.endsWith(HIDDEN)) expect(isClosed).toBe(true);
  });
});

describe('a chunk that can be read in two ways', () => {
  it.each(AMBIGUOUS_BODIES)('ends the connection and is not forwarded: %s', async (_, bytes) => {
    const { received, isClosed } = await attack(floodgate.url, bytes);
    expect(isClosed).toBe(true);
    expect(statusesIn(received).every((status) => status >= 400)).toBe(true);
    expect(origin.received).not.toContain('hidden');
    expect(origin.requests.every(({ isWhole }) => !isWhole)).toBe(true);
  });
});

describe('bodies that are plain', () => {
  it.each(['GET', 'HEAD', 'DELETE', 'OPTIONS', 'POST', 'PUT'])(
    'of %s stay bodies, by length and in chunks',
    async (method) => {
      for (const framed of [
        `Content-Length: ${HIDDEN_WHOLE.length}\r\n\r\n${HIDDEN_WHOLE}`,
        `Transfer-Encoding: chunked\r\n\r\n${HIDDEN_WHOLE.length.toString(16)}\r\n${HIDDEN_WHOLE}\r\n0\r\n\r\n`,
      ]) {
        origin.forget();
        const head = `${method} /a HTTP/1.1\r\nHost: a\r\n`;
        const next = 'GET /next HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';
        const { received } = await attack(floodgate.url, head + framed + next);
        expect(statusesIn(received)).toEqual([200, 200]);
        // Pipelined requests are forwarded side by side.
        const bodies = Object.fromEntries(origin.requests.map(({ url, body }) => [url, body]));
        expect(bodies).toEqual({ '/a': HIDDEN_WHOLE, '/next': '' });
        expect(origin.requests).toHaveLength(2);
      }
    },
  );

  it('in chunks come without their extensions and trailers', async () => {
    const body = '3;a=b\r\nabc\r\n0\r\nX-Trailer: 1\r\n\r\n';
    const { received } = await attack(floodgate.url, chunked(body), whole);
    expect(statusesIn(received)).toEqual([200]);
    expect(origin.requests).toMatchObject([{ body: 'abc', isWhole: true }]);
    expect(origin.received.toLowerCase()).not.toMatch(/a=b|trailer/);
  });

  it('that fall short of their length never look whole', async () => {
    const { port } = floodgate;
    const socket = connect(port, '127.0.0.1');
    socket.write(post('Content-Length: 10', 'abc'));
    await expect.poll(() => origin.requests[0]?.body).toBe('abc');
    socket.end();
    await once(socket.resume(), 'close');
    await expect.poll(() => origin.requests[0]?.isBrokenOff).toBe(true);
    expect(origin.requests).toMatchObject([{ body: 'abc', isWhole: false }]);
  });

  it.each([
    ['by length', post('Content-Length: 10737418240', HIDDEN_WHOLE)],
    ['by length, asking first', post('Content-Length: 1001\r\nExpect: 100-continue', HIDDEN_WHOLE)],
  ])('that are too long are refused before anything is forwarded, %s', async (_, bytes) => {
    const { received, isClosed } = await attack(floodgate.url, bytes);
    expect(statusesIn(received)).toEqual([413]);
    expect(isClosed).toBe(true);
    expect(origin.received).toBe('');
  });

  it('that turn out too long never look whole', async () => {
    const bytes = chunked(`7d0\r\n${'a'.repeat(2_000)}\r\n0\r\n\r\n${HIDDEN_WHOLE}`);
    const { received, isClosed } = await attack(floodgate.url, bytes);
    expect(statusesIn(received)).toEqual([413]);
    expect(isClosed).toBe(true);
    expect(origin.requests.every(({ isWhole }) => !isWhole)).toBe(true);
  });

  it('are bodies to who asks first and does not wait', async () => {
    const fields = `Content-Length: ${HIDDEN_WHOLE.length}\r\nExpect: 100-continue`;
    const { received } = await attack(floodgate.url, post(fields, HIDDEN_WHOLE), whole);
    expect(statusesIn(received)).toEqual([100, 200]);
    expect(origin.requests).toMatchObject([{ body: HIDDEN_WHOLE, isWhole: true }]);
    expect(origin.field('expect')).toEqual([]);
  });
});

describe('fields of a request', () => {
  const ask = (...fields: string[]) =>
    attack(
      floodgate.url,
      `GET /a HTTP/1.1\r\nHost: a.example\r\n${fields.join('\r\n')}\r\n\r\n`,
      whole,
    );

  it.each([
    'Connection: close',
    'Connection: X-Secret, close',
    'Connection: keep-alive\r\nConnection: X-Secret',
    'Keep-Alive: timeout=5',
    'Proxy-Connection: keep-alive',
    'Proxy-Authorization: Basic eA==',
    'TE: trailers',
    'Trailer: X-A',
    'Upgrade: websocket',
  ])('that end at the gateway are not forwarded: %s', async (fields) => {
    await ask(fields, 'X-Secret: 1');
    expect(origin.received).not.toMatch(/^(?:keep-alive|proxy-[a-z]+|te|trailer|upgrade):/im);
    const connection = origin.field('connection');
    expect(connection.filter((value) => value !== 'keep-alive')).toEqual([]);
    expect(origin.field('x-secret')).toEqual(fields.includes('X-Secret') ? [] : ['1']);
  });

  it.each([
    'X-Forwarded-For',
    'X-Forwarded-Host',
    'X-Forwarded-Proto',
    'Forwarded',
    'Via',
    'X-Request-Id',
    'traceparent',
    'Host',
    'Authorization',
    'Cookie',
    'Content-Type',
  ])('can not be named away by Connection: %s', async (name) => {
    await ask(
      `Connection: close, ${name}, ${name.toLowerCase()}`,
      'Authorization: Basic eA==',
      'Cookie: a=b',
      'Content-Type: text/plain',
    );
    expect(origin.field(name)).toHaveLength(1);
  });

  it('that say who came before are made anew', async () => {
    await ask(
      'X-Forwarded-For: 1.2.3.4',
      'X-Forwarded-Host: evil.example',
      'X-Forwarded-Proto: https',
      'X-Forwarded-Port: 1',
      'X-Real-IP: 1.2.3.4',
      'Forwarded: for=1.2.3.4',
    );
    expect(origin.received).not.toMatch(/1\.2\.3\.4|evil/);
    expect(origin.field('x-forwarded-for')).toEqual(['127.0.0.1']);
    expect(origin.field('x-forwarded-host')).toEqual(['a.example']);
    expect(origin.field('x-forwarded-proto')).toEqual(['http']);
  });

  it.each([
    'X-Floodgate-User: admin',
    'X_Floodgate_User: admin',
    'X-Floodgate_User: admin',
    'X_Forwarded_For: 1.2.3.4',
    'X_Forwarded_Proto: https',
    'X_Real_IP: 1.2.3.4',
    'Proxy: http://evil.example',
  ])("that a server could take for the gateway's do not pass: %s", async (field) => {
    await ask(field);
    const [name = '', value = ''] = field.split(': ');
    expect(origin.field(name)).not.toContain(value);
  });

  it.each(['%0d%0aX-Evil: 1', 'a b', 'é', 'a,b', 'x'.repeat(129)])(
    'do not carry a request id of %s',
    async (id) => {
      const { received } = await ask(`X-Request-Id: ${id}`);
      expect(origin.field('x-request-id')).not.toContain(id);
      expect(received).not.toContain(id);
    },
  );
});

describe('the target of a request', () => {
  it.each([
    ['GET http://127.0.0.1:1/a HTTP/1.1', '/a'],
    ['GET http://evil.example/a?b HTTP/1.1', '/a?b'],
    ['GET HTTPS://evil.example HTTP/1.1', '/'],
    ['GET //evil.example/a HTTP/1.1', '/evil.example/a'],
    ['GET /a?url=http://evil.example/%0d%0aX:1 HTTP/1.1', '/a?url=http://evil.example/%0d%0aX:1'],
  ])('never chooses the upstream: %s', async (line, url) => {
    await attack(floodgate.url, `${line}\r\nHost: evil.example\r\nConnection: close\r\n\r\n`);
    expect(origin.requests.map((request) => request.url)).toEqual([url]);
    expect(origin.field('host')).toEqual([new URL(origin.url).host]);
  });

  it.each([
    'CONNECT evil.example:443 HTTP/1.1',
    'GET ftp://evil.example/ HTTP/1.1',
    'GET http://user@evil.example/ HTTP/1.1',
    'GET http://a%2eb/ HTTP/1.1',
    'GET /a%0d%0aX:1 HTTP/1.1',
    'GET /a%00 HTTP/1.1',
    'GET /a%2f..%2fb HTTP/1.1',
    'GET /a\\b HTTP/1.1',
    'GET /%zz HTTP/1.1',
    'GET /../a HTTP/1.1',
    'TRACE /a HTTP/1.1',
  ])('is refused: %s', async (line) => {
    const { received } = await attack(
      floodgate.url,
      `${line}\r\nHost: a\r\nConnection: close\r\n\r\n`,
    );
    expect(statusesIn(received).every((status) => status >= 400)).toBe(true);
    expect(origin.received).toBe('');
  });

  it.each([
    '//hidden',
    '/./hidden',
    '/a/../hidden',
    '/a/%2e%2E/hidden',
    '/%68idden',
    '/HIDDEN',
    '/hidden/',
    '/hidden/.',
    '/hidden;a=b',
    '/;a/hidden',
    '/hidden.',
    '/hidden..;x',
    '/.../hidden',
    '/hidden?',
    'http://a//hidden',
  ])('meets its policy however it is spelt: %s', async (target) => {
    const bytes = `GET ${target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`;
    expect(statusesIn((await attack(floodgate.url, bytes)).received)).toEqual([403]);
    expect(origin.received).toBe('');
  });

  it.each([
    ['/%2568idden', '/%2568idden'],
    ['/a%20b/%C3%A9', '/a%20b/%C3%A9'],
    ['/a%3Fb%23c', '/a%3Fb%23c'],
    ['/a//b/./c/', '/a/b/c/'],
  ])('is forwarded in the form that was matched: %s', async (target, forwarded) => {
    await attack(floodgate.url, `GET ${target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
    expect(origin.requests.map(({ url }) => url)).toEqual([forwarded]);
  });
});

describe('an upgrade', () => {
  const upgrade = (protocol: string, rest = '') =>
    attack(
      floodgate.url,
      `GET /a HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: ${protocol}\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n\r\n${rest}`,
    );

  it.each(['h2c', 'H2C', 'websocket, h2c', 'TLS/1.0', 'http/2'])(
    'to another HTTP, past all policies, is not made: %s',
    async (protocol) => {
      await upgrade(protocol, HIDDEN_WHOLE);
      expect(origin.received).not.toMatch(/^upgrade:/im);
      expect(origin.received.toLowerCase()).not.toContain('http2-settings');
      expect(origin.requests.map(({ url }) => url)).not.toContain('/hidden');
    },
  );

  it('that its upstream does not make leaves nothing behind it a request', async () => {
    const { isClosed, received } = await upgrade('websocket', HIDDEN_WHOLE);
    expect(statusesIn(received)).toEqual([200]);
    expect(isClosed).toBe(true);
    expect(origin.received).not.toContain('hidden');
  });

  it('with a body is refused', async () => {
    const bytes = `POST /a HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nContent-Length: ${HIDDEN_WHOLE.length}\r\n\r\n${HIDDEN_WHOLE}`;
    const { received } = await attack(floodgate.url, bytes);
    expect(statusesIn(received)).toEqual([400]);
    expect(origin.received).toBe('');
  });
});

describe('an answer that can be read in two ways', () => {
  const POISON = 'HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison';
  let scripted: ScriptedOrigin;
  let door: Proxied;

  beforeAll(async () => {
    scripted = await ScriptedOrigin.start();
    door = await proxied({
      targets: [scripted.url],
      upstream: {
        connections: { per_target: 1 },
        retries: { most: 0 },
        ejection: { after_failures: 0 },
        breaker: { least_requests: 1_000_000 },
      },
    });
  });
  afterAll(async () => {
    await door.close();
    scripted.stop();
  });

  const get = () => attack(door.url, 'GET /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');

  it.each([
    [
      'a length and chunks',
      'Content-Length: 3\r\nTransfer-Encoding: chunked',
      '3\r\nabc\r\n0\r\n\r\n',
    ],
    ['two lengths', 'Content-Length: 3\r\nContent-Length: 9', 'abc'],
    ['a coding that is no plain one', 'Transfer-Encoding: gzip, chunked', '3\r\nabc\r\n0\r\n\r\n'],
    ['a coding after chunked', 'Transfer-Encoding: chunked, identity', '3\r\nabc\r\n0\r\n\r\n'],
    ['a space before the colon', 'Content-Length : 3', 'abc'],
    ['a bare LF', 'X: 1\nContent-Length: 3', 'abc'],
    ['a bare CR in a value', 'X: 1\rSet-Cookie: a=b\r\nContent-Length: 3', 'abc'],
    ['a NUL in a value', 'X: 1\0\r\nContent-Length: 3', 'abc'],
    ['a length that is none', 'Content-Length: abc', 'abc'],
  ])('is a 502: %s', async (_, fields, body) => {
    scripted.script(`HTTP/1.1 200 OK\r\n${fields}\r\n\r\n${body}`);
    expect(statusesIn((await get()).received)).toEqual([502]);
  });

  it.each([
    [
      'a switch that nobody asked for',
      'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n',
    ],
    ['no HTTP', 'SSH-2.0-OpenSSH_9.2\r\n\r\n'],
    ['a status of two digits', 'HTTP/1.1 20 OK\r\n\r\n'],
  ])('is a 502: %s', async (_, answer) => {
    scripted.script(answer);
    expect(statusesIn((await get()).received)).toEqual([502]);
  });

  it('has no field more by one that is folded', async () => {
    scripted.script('HTTP/1.1 200 OK\r\nX: 1\r\n Set-Cookie: a=b\r\nContent-Length: 4\r\n\r\ngood');
    expect((await get()).received).not.toMatch(/^\s*set-cookie/im);
  });

  it('has no trailers that frame or address it', async () => {
    const trailers = 'Transfer-Encoding: identity\r\nConnection: X\r\nX-Sum: 1\r\n\r\n';
    scripted.script(
      `HTTP/1.1 200 OK\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n4\r\ngood\r\n0\r\n${trailers}`,
    );
    const { received } = await get();
    const [, end = ''] = received.split('good');
    expect(end).not.toMatch(/^(?:transfer-encoding|connection):/im);
  });

  it.each([
    ['after its end', `HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngood${POISON}`],
    [
      'after its chunks',
      `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\ngood\r\n0\r\n\r\n${POISON}`,
    ],
    ['after a 204', `HTTP/1.1 204 No Content\r\n\r\n${POISON}`],
    ['after a 304', `HTTP/1.1 304 Not Modified\r\n\r\n${POISON}`],
  ])('answers nobody else: another %s', async (_, poisoned) => {
    scripted.script(poisoned, 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngood');
    // One connection: the others wait for it, and are next.
    const all = await Promise.all([get(), get(), get(), get()]);
    for (const { received } of all) {
      expect(statusesIn(received)).toHaveLength(1);
      expect(received).not.toContain('poison');
    }
    expect((await get()).received).toContain('good');
  });

  it('may be a 304 with the length of what it stands for (RFC 9110 §8.6)', async () => {
    scripted.script('HTTP/1.1 304 Not Modified\r\nContent-Length: 4\r\n\r\n');
    expect(statusesIn((await get()).received)).toEqual([304]);
  });

  it('answers nobody else: the body of an answer to HEAD', async () => {
    scripted.script(
      `HTTP/1.1 200 OK\r\nContent-Length: ${POISON.length}\r\n\r\n${POISON}`,
      'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngood',
    );
    const head = 'HEAD /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';
    const all = await Promise.all([attack(door.url, head), get(), get()]);
    for (const { received } of all) {
      expect(statusesIn(received)).toEqual([200]);
      expect(received).not.toContain('poison');
    }
  });

  it('has no field that ends at the gateway, nor what such a field names', async () => {
    const fields =
      'Connection: keep-alive, X-Hop\r\nX-Hop: 1\r\nKeep-Alive: timeout=9\r\nProxy-Authenticate: Basic\r\nTrailer: X-A';
    scripted.script(`HTTP/1.1 200 OK\r\nContent-Length: 4\r\n${fields}\r\nX-End: 2\r\n\r\ngood`);
    const { received } = await get();
    expect(received).not.toMatch(/^(?:x-hop|keep-alive|proxy-authenticate|trailer):/im);
    expect(received).toMatch(/^x-end: 2/im);
  });
});

describe('behind a proxy that is trusted', () => {
  const FORBIDDEN = '/hidden';
  let behind: Proxied;
  let nginx: Nginx;
  let haproxy: Haproxy;

  beforeAll(async () => {
    // Nothing is hidden at the gateway: what gets by the proxies' own rule was smuggled.
    behind = await proxied({ targets: [origin.url], trustedProxies: ['127.0.0.1'] });
    nginx = await Nginx.serving(
      (port) => `
  server {
    listen 127.0.0.1:${port};
    location = ${FORBIDDEN} { return 403; }
    location / {
      proxy_pass ${behind.url};
      proxy_http_version 1.1;
      proxy_request_buffering off;
      proxy_ignore_client_abort on;
      proxy_set_header Connection "";
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $remote_addr;
    }
  }
`,
    );
    haproxy = await Haproxy.start([behind.url], [`http-request deny if { path ${FORBIDDEN} }`]);
  });
  afterAll(async () => {
    await Promise.all([nginx.stop(), haproxy.stop()]);
    await behind.close();
  });

  describe.each([
    ['nginx', () => nginx.url],
    ['HAProxy', () => haproxy.url],
  ])('%s', (_, url) => {
    it.each([...AMBIGUOUS_HEADS, ...AMBIGUOUS_BODIES])(
      'lets nothing by in %s',
      async (__, bytes) => {
        await attack(url(), bytes, { endsSending: true });
        // Whatever was left behind on a connection between the two would be the beginning of this one.
        const { received } = await attack(
          url(),
          'GET /next HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
        );
        expect(statusesIn(received)).toEqual([200]);
        const urls = origin.requests.map((request) => request.url);
        expect(urls).not.toContain(FORBIDDEN);
        expect(urls.at(-1)).toBe('/next');
      },
    );

    it('passes plain bodies, whatever they look like', async () => {
      const bytes = post(
        `Content-Length: ${HIDDEN_WHOLE.length}\r\nConnection: close`,
        HIDDEN_WHOLE,
      );
      expect(statusesIn((await attack(url(), bytes)).received)).toEqual([200]);
      expect(origin.requests).toMatchObject([{ url: '/a', body: HIDDEN_WHOLE }]);
    });
  });
});
