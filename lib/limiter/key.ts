import { createHash } from 'node:crypto';

const LONGEST_PLAIN = 128;
const UNSAFE = /[^A-Za-z0-9._:/@|-]/g;
/** By character code: 1 where it stands for itself. A table, because every decision asks it. */
const PLAIN = Uint8Array.from(
  { length: 128 },
  (_, code) => String.fromCharCode(code).replace(UNSAFE, '').length,
);

/**
 * The storage key of one policy's counter for one identifier: `ratelimit:{identifier}` with an
 * optional `:name`. The braces are a Redis Cluster hash tag, so all counters of an identifier live
 * in one slot.
 *
 * Different identifiers never share a key, whatever bytes they hold: unsafe ones are
 * percent-encoded (`%` itself too), long ones replaced by their SHA-256.
 */
export function storageKey(identifier: string, name: string): string {
  const tag = `ratelimit:{${encodeIdentifier(identifier)}}`;
  return name === '' ? tag : `${tag}:${name}`;
}

function encodeIdentifier(identifier: string): string {
  if (identifier.length > LONGEST_PLAIN) return hashed(identifier);
  // An empty hash tag would be none at all.
  if (identifier === '') return '%';
  if (isPlain(identifier)) return identifier;
  const encoded = identifier.replace(UNSAFE, percentEncode);
  return encoded.length > LONGEST_PLAIN ? hashed(identifier) : encoded;
}

function isPlain(identifier: string): boolean {
  for (let i = 0; i < identifier.length; i++) {
    if (PLAIN[identifier.charCodeAt(i)] !== 1) return false;
  }
  return true;
}

/** `%sha256-` cannot come out of percent-encoding, so a hash is never a plain identifier's key. */
function hashed(identifier: string): string {
  // UTF-16 keeps lone surrogates apart, which UTF-8 would fold into one replacement character.
  const digest = createHash('sha256').update(identifier, 'utf16le').digest('base64url');
  return `%sha256-${digest}`;
}

function percentEncode(unit: string): string {
  return `%u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
