import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** Carries the socket's address to Next's handlers, which are not given the socket. */
export const PEER_HEADER = 'x-floodgate-peer';

/** Headers that mean something to Next when it talks to itself, and nothing good from a client. */
const INTERNAL_HEADERS = [
  'x-middleware-subrequest',
  'x-middleware-rewrite',
  'x-middleware-next',
  'x-nextjs-data',
];

/**
 * Makes a request fit for Next's route handlers: internal headers from outside are dropped, and the
 * socket's address is written where they can read it.
 */
export function preparePeer({ headers, socket }: IncomingMessage): void {
  for (const name of INTERNAL_HEADERS) delete headers[name];
  headers[PEER_HEADER] = socket.remoteAddress ?? '';
}

/**
 * Makes a request fit for a page: besides the above, the page gets its Content-Security-Policy with
 * a fresh nonce, which Next finds in the request and puts on its scripts.
 * @param isDevelopment allows what Next's development tools need
 */
export function preparePageRequest(
  request: IncomingMessage,
  response: ServerResponse,
  isDevelopment: boolean,
): void {
  preparePeer(request);
  const policy = contentSecurityPolicy(randomBytes(16).toString('base64'), isDevelopment);
  request.headers['content-security-policy'] = policy;
  response.setHeader('Content-Security-Policy', policy);
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('Referrer-Policy', 'same-origin');
}

function contentSecurityPolicy(nonce: string, isDevelopment: boolean): string {
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${isDevelopment ? " 'unsafe-eval'" : ''}`,
    // React and the charts set style attributes.
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    `connect-src 'self'${isDevelopment ? ' ws:' : ''}`,
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}
