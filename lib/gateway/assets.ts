import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join, sep } from 'node:path';

/** Answers a request when it is for an asset. @returns whether it was */
export type AssetServer = (request: IncomingMessage, response: ServerResponse) => boolean;

const TYPES: Readonly<Record<string, string>> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
};
const SUFFIX = '.br';
/** `br` in Accept-Encoding (RFC 9110 §12.5.3), unless with a weight of zero. */
const ACCEPTS_BROTLI = /(?:^|[\s,])br(?!\s*;\s*q=0(?:\.0*)?(?:[\s,]|$))(?=[\s,;]|$)/i;

/**
 * Serves the build's scripts and styles from memory, where they are few and small, to those who
 * take Brotli. Their names hold a hash of what they hold, so they may be kept for ever.
 * @param folder what the build compressed; absent, nothing is served
 * @param prefix URL path of the folder, with a slash at its end
 */
export function createAssetServer(folder: string, prefix: string): AssetServer {
  const assets = new Map(compressedFiles(folder).map((file) => assetOf(folder, prefix, file)));
  return (request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return false;
    const asset = assets.get(pathOf(request.url ?? ''));
    if (asset === undefined) return false;
    if (!ACCEPTS_BROTLI.test(String(request.headers['accept-encoding'] ?? ''))) return false;
    response.writeHead(200, {
      'Content-Type': asset.type,
      'Content-Encoding': 'br',
      'Content-Length': asset.body.length,
      'Cache-Control': 'public, max-age=31536000, immutable',
      Vary: 'Accept-Encoding',
      'X-Content-Type-Options': 'nosniff',
    });
    response.end(request.method === 'HEAD' ? undefined : asset.body);
    return true;
  };
}

function compressedFiles(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith(SUFFIX),
  );
}

function assetOf(folder: string, prefix: string, file: string) {
  const path = file.slice(0, -SUFFIX.length).split(sep).join('/');
  const type = TYPES[path.slice(path.lastIndexOf('.') + 1)];
  if (type === undefined) throw new TypeError(`no media type is known for ${path}`);
  return [prefix + path, { type, body: readFileSync(join(folder, file)) }] as const;
}

function pathOf(url: string): string {
  const mark = url.indexOf('?');
  return mark === -1 ? url : url.slice(0, mark);
}
