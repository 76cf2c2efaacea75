import type { Call } from '../http';

/**
 * Whether the page of another site may have made a browser send this request with the cookies it has
 * for us. Programs send neither field.
 */
export function isForgeable(call: Call): boolean {
  if (call.method === 'GET' || call.method === 'HEAD') return false;
  const site = call.header('sec-fetch-site');
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return true;
  const origin = call.header('origin');
  return origin !== undefined && !isOwnOrigin(origin, call.header('host'));
}

/** By host and port alone: behind a proxy that speaks TLS we are asked by plain HTTP. */
function isOwnOrigin(origin: string, host: string | undefined): boolean {
  if (host === undefined || !URL.canParse(origin)) return false;
  const theirs = new URL(origin);
  // With the same scheme, so that a default port is left out of both or of neither.
  const ours = `${theirs.protocol}//${host}`;
  return theirs.host !== '' && URL.canParse(ours) && new URL(ours).host === theirs.host;
}
