/**
 * Fields that end at the next hop (RFC 9110 §7.6.1). `expect` is among them because the gateway answers
 * it itself, `te` because it forwards no trailers of requests, `proxy-*` because it is the proxy.
 */
export const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
]);

/** What Connection can't take away: fields that say where, whose or how long a message is. */
export const PROTECTED: ReadonlySet<string> = new Set([
  'authorization',
  'cache-control',
  'content-encoding',
  'content-length',
  'content-type',
  'cookie',
  'host',
  'set-cookie',
  'vary',
]);

const NOTHING: ReadonlySet<string> = new Set();

/**
 * The fields that a Connection field names, in lower case. A client can't name away what identifies it
 * or frames its message.
 */
export function namedByConnection(
  connection: string | readonly string[] | undefined,
): ReadonlySet<string> {
  if (connection === undefined || connection === 'keep-alive' || connection === 'close')
    return NOTHING;
  const names = String(connection)
    .split(',')
    .map((name) => name.trim().toLowerCase());
  return new Set(names.filter((name) => !PROTECTED.has(name)));
}

/** Whether a Connection field takes away more than what ends at this hop anyway. */
export function namesFields(connection: string | readonly string[] | undefined): boolean {
  for (const name of namedByConnection(connection)) {
    if (name !== 'close' && name !== '' && !HOP_BY_HOP.has(name)) return true;
  }
  return false;
}
