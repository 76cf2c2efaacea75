import { randomBytes, randomInt, timingSafeEqual } from 'node:crypto';
import { sha256 } from './digest';

/** What every API key starts with, so that people and scanners of leaked secrets know one. */
export const API_KEY_PREFIX = 'fg_';

const ID_LENGTH = 12;
const ID_ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';
const SECRET_BYTES = 32;
/** 32 bytes in base64url. */
const SECRET_LENGTH = 43;
const ID_START = API_KEY_PREFIX.length;
const ID_END = ID_START + ID_LENGTH;
const KEY_LENGTH = ID_END + 1 + SECRET_LENGTH;

/** A key as it is made: the only moment at which its secret is known. */
export interface NewApiKey {
  readonly id: string;
  /** `fg_<id>_<secret>`: for its owner, once. */
  readonly key: string;
  /** What is kept. */
  readonly hash: string;
}

export interface ApiKeyParts {
  /** Public: names the key in lists and logs. */
  readonly id: string;
  readonly secret: string;
}

export function newApiKey(): NewApiKey {
  let id = '';
  while (id.length < ID_LENGTH) id += ID_ALPHABET.charAt(randomInt(ID_ALPHABET.length));
  const secret = randomBytes(SECRET_BYTES).toString('base64url');
  return { id, key: `${API_KEY_PREFIX}${id}_${secret}`, hash: hashSecret(secret) };
}

/** @returns undefined for what does not have the form of an API key */
export function parseApiKey(text: string): ApiKeyParts | undefined {
  if (text.length !== KEY_LENGTH || !text.startsWith(API_KEY_PREFIX) || text[ID_END] !== '_') {
    return undefined;
  }
  for (let i = ID_START; i < ID_END; i++) {
    if (!isIdCharacter(text.charCodeAt(i))) return undefined;
  }
  for (let i = ID_END + 1; i < KEY_LENGTH; i++) {
    if (!isSecretCharacter(text.charCodeAt(i))) return undefined;
  }
  return { id: text.slice(ID_START, ID_END), secret: text.slice(ID_END + 1) };
}

/**
 * SHA-256 of a key's secret, hexadecimal. A slow hash would add nothing: 256 random bits cannot be
 * guessed, and every request pays for it.
 */
export function hashSecret(secret: string): string {
  return sha256(secret);
}

const DIGEST_LENGTH = 64;
const given = Buffer.alloc(DIGEST_LENGTH);
const kept = Buffer.alloc(DIGEST_LENGTH);
/** Stands in for the hash of a key that there is not; no secret is known to have it. */
const NO_HASH = '0'.repeat(DIGEST_LENGTH);

/**
 * Whether this is the secret that was hashed, in constant time.
 * @param hash undefined for a key that is not known: false, after the same work
 */
export function matches(secret: string, hash: string | undefined): boolean {
  // Buffers of its own make this a fifth faster than two new ones each time.
  given.write(hashSecret(secret), 0, 'latin1');
  kept.write(hash?.length === DIGEST_LENGTH ? hash : NO_HASH, 0, 'latin1');
  return timingSafeEqual(given, kept);
}

function isIdCharacter(code: number): boolean {
  return isLowerCase(code) || isDigit(code);
}

/** Of the base64url alphabet. */
function isSecretCharacter(code: number): boolean {
  return (
    isLowerCase(code) || isDigit(code) || (code >= 65 && code <= 90) || code === 45 || code === 95
  );
}

function isLowerCase(code: number): boolean {
  return code >= 97 && code <= 122;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}
