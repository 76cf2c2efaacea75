import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import { RATE_LIMIT_FIELDS } from '../../http';
import { HOP_BY_HOP, namedByConnection } from './hop-by-hop';
import { VIA } from './request-headers';

/** What the gateway says of every request. */
const OURS: ReadonlySet<string> = new Set(['x-request-id', 'x-correlation-id', 'via']);

/**
 * The fields of an upstream's answer as the client gets them, name, value, …
 * @param ours appended as they are
 * @param isLimited whether policies held the request: then no cache may keep an answer whose upstream
 *   says nothing about that
 */
export function responseHeaders(
  headers: IncomingHttpHeaders,
  ours: readonly string[],
  isLimited: boolean,
): string[] {
  const sent: string[] = [];
  const named = namedByConnection(headers.connection);
  for (const name in headers) {
    if (HOP_BY_HOP.has(name) || OURS.has(name) || named.has(name)) continue;
    // What it says of limited ones, an upstream then can't.
    if (isLimited && RATE_LIMIT_FIELDS.has(name)) continue;
    const value = headers[name];
    if (typeof value === 'string') sent.push(name, value);
    else if (value !== undefined) for (const one of value) sent.push(name, one);
  }
  if (isLimited && headers['cache-control'] === undefined) sent.push('Cache-Control', 'no-store');
  sent.push('Via', headers.via === undefined ? VIA : `${headers.via}, ${VIA}`);
  for (const part of ours) sent.push(part);
  return sent;
}

/** Whether the body is framed in a way that is undone before it is sent on: nothing but chunks. */
export function isPlainlyFramed(headers: IncomingHttpHeaders): boolean {
  const encoding = headers['transfer-encoding'];
  return encoding === undefined || String(encoding).toLowerCase() === 'chunked';
}

/** What frames, routes or authorises a message can't come after it (RFC 9110 §6.5.1). */
const NO_TRAILERS: ReadonlySet<string> = new Set([
  'authorization',
  'cache-control',
  'content-encoding',
  'content-length',
  'content-range',
  'content-type',
  'host',
  'location',
  'set-cookie',
]);

/** The trailers of an upstream's answer as the client gets them; undefined: none. */
export function responseTrailers(trailers: IncomingHttpHeaders): OutgoingHttpHeaders | undefined {
  let sent: OutgoingHttpHeaders | undefined;
  for (const name in trailers) {
    if (HOP_BY_HOP.has(name) || OURS.has(name) || RATE_LIMIT_FIELDS.has(name)) continue;
    if (NO_TRAILERS.has(name)) continue;
    sent ??= {};
    sent[name] = trailers[name];
  }
  return sent;
}
