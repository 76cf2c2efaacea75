import { hkdfSync, randomUUID, timingSafeEqual } from 'node:crypto';
import { errors, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import { hashToken } from './admin-token';
import { authorSchema } from './author';
import { cookieValue } from './cookie';

export const SESSION_COOKIE = 'floodgate_session';
export const SESSION_SECONDS = 43_200;

const ALGORITHM = 'HS256';
const ISSUER = 'floodgate-admin';
const KEY_PURPOSE = 'floodgate admin session v1';
/** A signed-out session is remembered until it would have expired, or this many are newer. */
const MOST_SIGNED_OUT = 10_000;

export interface AdminSession {
  readonly id: string;
  readonly author: string;
  /** Unix ms, a whole second. */
  readonly expiresAtMs: number;
}

export interface OpenedSession {
  readonly session: AdminSession;
  /** What the cookie holds: a credential. */
  readonly value: string;
}

/** Sessions of people who have shown the admin token. */
export interface AdminSessions {
  /** Whether this is the admin token, in time that does not tell how much of it is right. */
  isToken(text: string): boolean;
  /** Opens a session for somebody who has shown the token. */
  open(author: string): Promise<OpenedSession>;
  /** The session of a Cookie header; undefined when there is none, or none that holds. */
  verify(cookieHeader: string | null | undefined): Promise<AdminSession | undefined>;
  /** Ends a session on this replica. */
  end(session: AdminSession): void;
}

export interface AdminSessionsOptions {
  /** SHA-256 of the admin token, hexadecimal. */
  readonly tokenHash: string;
  /** Unix ms. */
  readonly now?: () => number;
}

const payloadSchema = z.object({ sub: authorSchema, jti: z.uuid(), exp: z.int() });

/**
 * Sessions that need no store: signed by a key that follows from the admin token's hash. So every
 * replica with the same token accepts them, and another token ends them all. The hash is therefore
 * a secret too.
 * @throws TypeError for what is no hash
 */
export function createAdminSessions({
  tokenHash,
  now = Date.now,
}: AdminSessionsOptions): AdminSessions {
  // Buffer.from stops at what is no digit, and a key made of nothing is everybody's.
  if (!/^[0-9a-f]{64}$/.test(tokenHash)) throw new TypeError('tokenHash is no SHA-256');
  const expected = Buffer.from(tokenHash, 'hex');
  const key = new Uint8Array(hkdfSync('sha256', expected, '', KEY_PURPOSE, 32));
  /** When they expire, Unix ms by id; the earliest signed out first. */
  const signedOut = new Map<string, number>();

  return {
    isToken: (text) => timingSafeEqual(Buffer.from(hashToken(text), 'hex'), expected),
    async open(author) {
      const id = randomUUID();
      const seconds = Math.floor(now() / 1_000);
      const expiresAtSeconds = seconds + SESSION_SECONDS;
      const value = await new SignJWT()
        .setProtectedHeader({ alg: ALGORITHM })
        .setIssuer(ISSUER)
        .setAudience(ISSUER)
        .setSubject(author)
        .setJti(id)
        .setIssuedAt(seconds)
        .setExpirationTime(expiresAtSeconds)
        .sign(key);
      return { session: { id, author, expiresAtMs: expiresAtSeconds * 1_000 }, value };
    },
    async verify(cookieHeader) {
      const value = cookieValue(cookieHeader, SESSION_COOKIE);
      if (value === undefined) return undefined;
      const payload = await verifiedPayload(value, key, now());
      if (payload === undefined || signedOut.has(payload.jti)) return undefined;
      return { id: payload.jti, author: payload.sub, expiresAtMs: payload.exp * 1_000 };
    },
    end({ id, expiresAtMs }) {
      for (const [other, otherExpiresAtMs] of signedOut) {
        if (otherExpiresAtMs > now() && signedOut.size < MOST_SIGNED_OUT) break;
        signedOut.delete(other);
      }
      signedOut.set(id, expiresAtMs);
    },
  };
}

async function verifiedPayload(value: string, key: Uint8Array, nowMs: number) {
  try {
    const { payload } = await jwtVerify(value, key, {
      algorithms: [ALGORITHM],
      issuer: ISSUER,
      audience: ISSUER,
      requiredClaims: ['sub', 'jti', 'exp'],
      currentDate: new Date(nowMs),
    });
    return payloadSchema.safeParse(payload).data;
  } catch (error) {
    if (error instanceof errors.JOSEError) return undefined;
    throw error;
  }
}

/** The Set-Cookie field that hands a session to a browser. @param isSecure whether it came by https */
export function sessionCookie(value: string, isSecure: boolean): string {
  return cookieField(value, SESSION_SECONDS, isSecure);
}

/** The Set-Cookie field that takes it back. */
export function clearedCookie(isSecure: boolean): string {
  return cookieField('', 0, isSecure);
}

function cookieField(value: string, maxAgeSeconds: number, isSecure: boolean): string {
  const field = `${SESSION_COOKIE}=${value}; HttpOnly; SameSite=Strict; Path=/; Max-Age=${maxAgeSeconds}`;
  return isSecure ? `${field}; Secure` : field;
}
