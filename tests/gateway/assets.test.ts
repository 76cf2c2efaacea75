import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { brotliCompressSync, brotliDecompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAssetServer } from '../../lib/gateway';

const SCRIPT = 'console.log("a script");';
const PATH = '/_next/static/chunks/0abc.js';

let folder: string;
const server = createServer((incoming, response) => {
  if (!serve(incoming, response)) response.writeHead(299).end('somebody else');
});
let serve: ReturnType<typeof createAssetServer>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'floodgate-assets-'));
  await mkdir(join(folder, 'static', 'chunks'), { recursive: true });
  await writeFile(join(folder, 'secret.js.br'), 'secret');
  await writeFile(join(folder, 'static', 'chunks', '0abc.js.br'), brotliCompressSync(SCRIPT));
  serve = createAssetServer(join(folder, 'static'), '/_next/static/');
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true });
});

function get(path: string, acceptEncoding?: string, method = 'GET') {
  const { port } = server.address() as AddressInfo;
  return new Promise<{ response: IncomingMessage; body: Buffer }>((resolve, reject) => {
    const headers = acceptEncoding === undefined ? {} : { 'Accept-Encoding': acceptEncoding };
    request({ host: '127.0.0.1', port, path, method, headers }, (response) => {
      buffer(response).then((body) => resolve({ response, body }), reject);
    })
      .once('error', reject)
      .end();
  });
}

describe('an asset', () => {
  it.each(['br', 'gzip, deflate, br, zstd', 'gzip;q=0.5,br;q=1', 'BR', 'br;q=0.001', 'br ; q=0.5'])(
    'is compressed for who accepts %s',
    async (accept) => {
      const { response, body } = await get(PATH, accept);
      expect(response.statusCode).toBe(200);
      expect(response.headers).toMatchObject({
        'content-encoding': 'br',
        'content-type': 'text/javascript; charset=utf-8',
        'content-length': String(body.length),
        'cache-control': 'public, max-age=31536000, immutable',
        vary: 'Accept-Encoding',
      });
      expect(brotliDecompressSync(body).toString()).toBe(SCRIPT);
    },
  );

  it.each([undefined, 'gzip', 'br;q=0', 'gzip, br;q=0.000', 'brotli', 'xbr', 'abr, brx'])(
    'is left to others for who accepts %s',
    async (accept) => {
      expect((await get(PATH, accept)).response.statusCode).toBe(299);
    },
  );

  it('has its head without its body', async () => {
    const { response, body } = await get(PATH, 'br', 'HEAD');
    expect(response.headers['content-encoding']).toBe('br');
    expect(body).toHaveLength(0);
  });

  it('is not for other methods', async () => {
    expect((await get(PATH, 'br', 'POST')).response.statusCode).toBe(299);
  });

  it('is the same behind any query', async () => {
    expect((await get(`${PATH}?v=1`, 'br')).response.statusCode).toBe(200);
  });

  it.each([
    '/_next/static/chunks/absent.js',
    '/_next/static/../secret.js',
    '/_next/static/%2e%2e/secret.js',
    '/_next/static/chunks/0abc.js.br',
    '/_next/static/',
    '/__proto__',
  ])('is not found under %s', async (path) => {
    expect((await get(path, 'br')).response.statusCode).toBe(299);
  });
});

it('without a build there are no assets', () => {
  expect(() => createAssetServer(join(folder, 'nowhere'), '/')).not.toThrow();
});
