import { type ApiKeyParts, matches, parseApiKey } from './api-key';
import type { ClientRecord, KeyDirectory, KeyRecord } from './key-directory';
import { type Fault, faultOf } from './refusal';

/** A key that holds, and whose it is. */
export interface KeyHolder {
  readonly key: KeyRecord;
  readonly client: ClientRecord;
}

const UNKNOWN = faultOf('api-key', 'The API key is not valid.');
const EXPIRED = faultOf('api-key', 'The API key has expired.');
const REVOKED = faultOf('api-key', 'The API key has been revoked.');
const NO_CLIENT = faultOf('api-key', 'The client of the API key is disabled or gone.');

/** When records expire: parsed once, since a record never changes. */
const expiries = new WeakMap<KeyRecord, number>();

/**
 * Whose key this is. What was refused for which reason is told only to those who have the secret:
 * an unknown key and a wrong secret take the same work and get the same answer.
 * @param nowMs Unix ms
 */
export function holderOf(text: string, directory: KeyDirectory, nowMs: number): KeyHolder | Fault {
  const parts = parseApiKey(text);
  const key = parts && verifiedKey(parts, directory);
  if (key === undefined) return UNKNOWN;
  if (key.revoked_at !== undefined) return REVOKED;
  // A time that cannot be read has passed.
  if (key.expires_at !== undefined && !(nowMs < expiryOf(key, key.expires_at))) return EXPIRED;
  const client = directory.client(key.client);
  return client?.enabled ? { key, client } : NO_CLIENT;
}

function verifiedKey({ id, secret }: ApiKeyParts, directory: KeyDirectory): KeyRecord | undefined {
  const key = directory.key(id);
  return matches(secret, key?.hash) ? key : undefined;
}

function expiryOf(key: KeyRecord, expiresAt: string): number {
  let expiryMs = expiries.get(key);
  if (expiryMs === undefined) {
    expiryMs = Date.parse(expiresAt);
    expiries.set(key, expiryMs);
  }
  return expiryMs;
}
