import type { Identity } from '../identity';

/** All that a field takes as it is; `%` not, so that two users are never written alike. */
const NOT_PLAIN = /[^\x21-\x24\x26-\x7e]+/g;

/**
 * Appends who a request is from, as the service behind Floodgate reads it. A user may be any text:
 * what is not printable ASCII is percent-encoded.
 */
export function appendIdentityHeaders(
  headers: string[],
  { user, tier, keyId }: Pick<Identity, 'user' | 'tier' | 'keyId'>,
): void {
  if (user !== undefined) headers.push('X-Floodgate-User', plain(user));
  if (tier !== undefined) headers.push('X-Floodgate-Tier', plain(tier));
  if (keyId !== undefined) headers.push('X-Floodgate-Key-Id', keyId);
}

function plain(text: string): string {
  // Encoded as bytes, so that half a surrogate pair is no fault.
  return text.replace(NOT_PLAIN, (run) =>
    Buffer.from(run)
      .toString('hex')
      .replace(/../g, (byte) => `%${byte.toUpperCase()}`),
  );
}
