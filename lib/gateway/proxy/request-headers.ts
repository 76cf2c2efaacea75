import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';
import type { Identity } from '../../identity';
import { appendIdentityHeaders } from '../identity-headers';
import { HOP_BY_HOP, namedByConnection, PROTECTED } from './hop-by-hop';
import { isTraceparent, newTraceparent } from './trace-context';

/** What the gateway says itself, and nobody else can. */
const OURS: ReadonlySet<string> = new Set([
  'host',
  'forwarded',
  'via',
  'x-real-ip',
  'x-request-id',
  'x-correlation-id',
  'traceparent',
  'tracestate',
]);

/** Of these every name: what an upstream may come to read of them, nobody can foresee. */
const OUR_PREFIXES = /^x-(?:forwarded|floodgate|original|rewrite)-/;

/** What an upstream could take for something else than the client's wish. */
const MISLEADING: ReadonlySet<string> = new Set([
  // CGI makes HTTP_PROXY of it, where programs look for their proxy.
  'proxy',
  // Policies went by the true method.
  'x-http-method',
  'x-http-method-override',
  'x-method-override',
  // Claims of where it comes from.
  'client-ip',
  'true-client-ip',
  'x-client-ip',
  'x-cluster-client-ip',
]);

/** How this hop calls itself in Via (RFC 9110 §7.6.3). */
export const VIA = '1.1 floodgate';
const LETTER_X = 120;
const SESSION_COOKIE = 'floodgate_session=';
const OUR_BEARER = /^bearer[ \t]+fg_/i;

/** What the fields of a forwarded request are made from. */
export interface RequestFacts {
  readonly headers: IncomingHttpHeaders;
  /** Address of whoever connected to us. */
  readonly peerAddress: string;
  /** Whether it is a proxy whose forwarded fields count. */
  readonly isPeerTrusted: boolean;
  readonly identity: Identity;
  readonly requestId: string;
  /** What the Host field is to say. */
  readonly host: string;
}

/**
 * The fields of a request as its upstream gets them, name, value, …: hop-by-hop ones and credentials of
 * Floodgate left out, forwarded ones made anew. Only a trusted proxy's are continued.
 */
export function requestHeaders(facts: RequestFacts): string[] {
  const { headers, identity, requestId, host } = facts;
  const forwarded = ['Host', host];
  const named = namedByConnection(headers.connection);
  for (const name in headers) {
    if (endsHere(name) || named.has(name)) continue;
    const value = headers[name];
    if (typeof value === 'string') appendOwn(forwarded, name, value, identity);
    else if (value !== undefined) for (const one of value) forwarded.push(name, one);
  }
  appendForwarded(forwarded, facts);
  forwarded.push('Via', headers.via === undefined ? VIA : `${headers.via}, ${VIA}`);
  forwarded.push('X-Request-Id', requestId);
  if (headers['x-correlation-id'] !== undefined) forwarded.push('X-Correlation-Id', requestId);
  appendTrace(forwarded, headers, requestId);
  appendIdentityHeaders(forwarded, identity);
  return forwarded;
}

function endsHere(name: string): boolean {
  if (HOP_BY_HOP.has(name) || OURS.has(name) || MISLEADING.has(name)) return true;
  if (name.charCodeAt(0) === LETTER_X && OUR_PREFIXES.test(name)) return true;
  if (!name.includes('_')) return false;
  // For servers that read both alike, such as CGI's, it is the other one, which may matter.
  const alike = name.replaceAll('_', '-');
  return PROTECTED.has(alike) || endsHere(alike);
}

/** Everything but Floodgate's own secrets: an upstream has no use for them. */
function appendOwn(forwarded: string[], name: string, value: string, { keyId }: Identity): void {
  if (name === 'cookie') {
    const others = withoutSession(value);
    if (others !== '') forwarded.push(name, others);
  } else if (keyId === undefined || !isOurCredential(name, value)) {
    forwarded.push(name, value);
  }
}

function isOurCredential(name: string, value: string): boolean {
  return name === 'x-api-key' || (name === 'authorization' && OUR_BEARER.test(value));
}

function withoutSession(cookies: string): string {
  if (!cookies.includes(SESSION_COOKIE)) return cookies;
  const others = cookies.split(';').filter((pair) => !pair.trim().startsWith(SESSION_COOKIE));
  return others.join(';').trim();
}

/** The host that the client asked for: by what a trusted proxy says, or by its own Host field. */
export function hostOf(headers: IncomingHttpHeaders, isPeerTrusted: boolean): string {
  const own = headers.host ?? '';
  return isPeerTrusted ? (textOf(headers['x-forwarded-host']) ?? own) : own;
}

/** How the client came: by what a trusted proxy says, for Floodgate itself speaks no TLS. */
export function protoOf(headers: IncomingHttpHeaders, isPeerTrusted: boolean): 'http' | 'https' {
  return isPeerTrusted && headers['x-forwarded-proto'] === 'https' ? 'https' : 'http';
}

function appendForwarded(forwarded: string[], facts: RequestFacts): void {
  const { headers, isPeerTrusted } = facts;
  const peer = facts.peerAddress.startsWith('::ffff:')
    ? facts.peerAddress.slice(7)
    : facts.peerAddress;
  const own = headers.host ?? '';
  let chain = peer;
  const host = hostOf(headers, isPeerTrusted);
  const proto = protoOf(headers, isPeerTrusted);
  let elements = '';
  if (isPeerTrusted) {
    const before = textOf(headers['x-forwarded-for']);
    if (before !== undefined) chain = `${before}, ${peer}`;
    const known = textOf(headers.forwarded) ?? (before && elementsOf(before));
    if (known !== undefined) elements = `${known}, `;
  }
  forwarded.push('X-Forwarded-For', chain, 'X-Forwarded-Host', host, 'X-Forwarded-Proto', proto);
  forwarded.push('Forwarded', `${elements}for=${nodeOf(peer)};host="${own}";proto=${proto}`);
}

/** A proxy that writes only X-Forwarded-For must not seem to be the client (RFC 7239 §7.4). */
function elementsOf(chain: string): string {
  return chain
    .split(',')
    .map((address) => `for=${nodeOf(address.trim())}`)
    .join(', ');
}

/** As RFC 7239 §6 writes it. */
function nodeOf(address: string): string {
  const version = isIP(address);
  if (version === 0) return 'unknown';
  return version === 6 ? `"[${address}]"` : address;
}

function appendTrace(forwarded: string[], headers: IncomingHttpHeaders, requestId: string): void {
  const traceparent = textOf(headers.traceparent);
  if (!isTraceparent(traceparent)) {
    forwarded.push('traceparent', newTraceparent(isOurs(headers) ? requestId : undefined));
    return;
  }
  forwarded.push('traceparent', traceparent);
  const tracestate = textOf(headers.tracestate);
  if (tracestate !== undefined) forwarded.push('tracestate', tracestate);
}

/** Whether the request brought no id, and so has one of our making. */
function isOurs(headers: IncomingHttpHeaders): boolean {
  return headers['x-request-id'] === undefined && headers['x-correlation-id'] === undefined;
}

function textOf(value: string | string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
