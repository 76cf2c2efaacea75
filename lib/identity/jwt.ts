import { createSecretKey, type KeyObject } from 'node:crypto';
import {
  decodeProtectedHeader,
  errors,
  type JWTPayload,
  type JWTVerifyGetKey,
  type JWTVerifyOptions,
  jwtVerify,
} from 'jose';
import { LRUCache } from 'lru-cache';
import type { MaybePromise } from '../limiter';
import { type ClaimNames, type Claims, claimsOf } from './claims';
import { CredentialError, credentialErrorOf } from './credential-error';
import { sha256 } from './digest';
import { createJwks, type JwksOptions } from './jwks';

/** At least one of `secret` and `jwks` is given. */
export interface JwtOptions extends ClaimNames {
  /** Verifies HS256 and nothing else; at least 32 bytes of UTF-8 (RFC 7518, 3.2). */
  readonly secret?: string | undefined;
  /** Where the public keys are that verify everything else. */
  readonly jwks?: Omit<JwksOptions, 'now'> | undefined;
  /** When given, the `iss` that a token must have. */
  readonly issuer?: string | undefined;
  /** When given, what a token's `aud` must be or hold. */
  readonly audience?: string | undefined;
  /** How far the issuer's clock may be off, for `exp` and `nbf`. */
  readonly clockToleranceSeconds: number;
  /** Unix ms. */
  readonly now?: () => number;
}

export interface JwtVerifier {
  /**
   * A token's claims: at once when it was verified lately, else as a promise. Never throws at once.
   * @throws CredentialError (rejection) for a token that does not hold
   * @throws IdentityUnavailableError (rejection) when the keys are not at hand
   */
  verify(token: string): MaybePromise<Claims>;
}

/** Of characters; longer ones are not looked at. Node allows 16 KiB for all headers together. */
const LONGEST_TOKEN = 8_192;
const SHORTEST_SECRET_BYTES = 32;
const REMEMBERED_TOKENS = 10_000;
/** All remembered tokens together, in characters: what their claims take in memory follows from it. */
const REMEMBERED_LENGTH = 16_777_216;
/**
 * How long a token verified by a remote key is good for without another look. With the key set's age
 * it bounds how long a withdrawn key's tokens live on: 6 min by default (1 h more while the endpoint
 * that would tell of the withdrawal is down).
 */
const REVERIFY_AFTER_MS = 60_000;
const SYMMETRIC = 'HS256';
const ASYMMETRIC = new Set([
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
]);

type Key = KeyObject | JWTVerifyGetKey;

interface Verified {
  readonly claims: Claims;
  readonly untilMs: number;
}

/**
 * Verifies JSON Web Tokens. The algorithm a token names only chooses between the secret (HS256) and the
 * key set (public keys); neither kind of key is ever used for the other's algorithms. `exp` is required.
 * @throws TypeError when there is neither a secret nor a key set, or for a URL that is none
 * @throws RangeError for a secret that is too short
 */
export function createJwtVerifier(options: JwtOptions): JwtVerifier {
  const { secret, jwks, issuer, audience, clockToleranceSeconds, now = Date.now } = options;
  if (secret === undefined && jwks === undefined) throw new TypeError('no secret and no key set');
  const secretKey = secret === undefined ? undefined : secretKeyOf(secret);
  const remoteKeys = jwks && createJwks({ ...jwks, now });
  // Keyed by digest: of the same cost as keying by the token up to some 500 characters, cheaper
  // beyond, of constant size, and nobody's credential stays in memory.
  const verified = new LRUCache<string, Verified>({
    max: REMEMBERED_TOKENS,
    maxSize: REMEMBERED_LENGTH,
  });

  function keyFor(alg: string): Key {
    if (alg === SYMMETRIC && secretKey !== undefined) return secretKey;
    if (ASYMMETRIC.has(alg) && remoteKeys !== undefined) return remoteKeys.keyFor;
    throw new CredentialError('unsupported', 'Tokens signed with this algorithm are not accepted.');
  }

  async function verifyAnew(token: string, digest: string): Promise<Claims> {
    const alg = algorithmOf(token);
    const key = keyFor(alg);
    const payload = await payloadOf(token, key, {
      algorithms: [alg],
      requiredClaims: ['exp'],
      clockTolerance: clockToleranceSeconds,
      currentDate: new Date(now()),
      ...(issuer === undefined ? {} : { issuer }),
      ...(audience === undefined ? {} : { audience }),
    });
    const claims = claimsOf(payload, options);
    if (claims === undefined) throw new CredentialError('claims', 'The token names no user.');
    const expiresAtMs = (payload.exp ?? 0) * 1_000;
    const untilMs =
      alg === SYMMETRIC ? expiresAtMs : Math.min(expiresAtMs, now() + REVERIFY_AFTER_MS);
    // Past its expiry, within the clock tolerance, it still holds but is looked at every time.
    if (now() < untilMs) verified.set(digest, { claims, untilMs }, { size: token.length });
    return claims;
  }

  return {
    verify(token) {
      if (token.length > LONGEST_TOKEN) {
        return Promise.reject(new CredentialError('malformed', 'The token is too long.'));
      }
      const digest = sha256(token);
      const known = verified.get(digest);
      return known !== undefined && now() < known.untilMs
        ? known.claims
        : verifyAnew(token, digest);
    },
  };
}

function secretKeyOf(secret: string): KeyObject {
  const bytes = Buffer.from(secret, 'utf8');
  if (bytes.length < SHORTEST_SECRET_BYTES) {
    throw new RangeError(`the secret is shorter than ${SHORTEST_SECRET_BYTES} bytes`);
  }
  return createSecretKey(bytes);
}

function algorithmOf(token: string): string {
  try {
    const { alg } = decodeProtectedHeader(token);
    if (typeof alg === 'string') return alg;
  } catch {
    // Answered as what has no algorithm.
  }
  throw new CredentialError('malformed', 'The token is no JSON Web Token.');
}

async function payloadOf(token: string, key: Key, options: JWTVerifyOptions): Promise<JWTPayload> {
  try {
    return (await jwtVerify(token, key, options)).payload;
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw credentialErrorOf(error);
    return payloadByAnyOf(error, token, options);
  }
}

/** A token without `kid` is held against every key of its kind. */
async function payloadByAnyOf(
  keys: errors.JWKSMultipleMatchingKeys,
  token: string,
  options: JWTVerifyOptions,
): Promise<JWTPayload> {
  let reason: unknown = keys;
  for await (const key of keys) {
    try {
      return (await jwtVerify(token, key, options)).payload;
    } catch (error) {
      reason = error;
      if (!(error instanceof errors.JWSSignatureVerificationFailed)) break;
    }
  }
  throw credentialErrorOf(reason);
}
