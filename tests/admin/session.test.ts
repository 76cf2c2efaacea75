import { createHash, hkdfSync } from 'node:crypto';
import { SignJWT, UnsecuredJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { hashToken } from '../../lib/admin/admin-token';
import {
  type AdminSessions,
  createAdminSessions,
  SESSION_COOKIE,
  SESSION_SECONDS,
} from '../../lib/admin/session';

const TOKEN = 'correct-horse-battery-staple';
const START_MS = Date.UTC(2030, 0, 1);

function sessionsAt(clock: { nowMs: number }, token = TOKEN): AdminSessions {
  return createAdminSessions({ tokenHash: hashToken(token), now: () => clock.nowMs });
}

const cookie = (value: string) => `theme=dark; ${SESSION_COOKIE}=${value}; other=1`;

/** A claim set that would be accepted, but for how it is signed. */
const claims = (jwt: SignJWT | UnsecuredJWT) =>
  jwt
    .setIssuer('floodgate-admin')
    .setAudience('floodgate-admin')
    .setSubject('mallory')
    .setJti('3f2504e0-4f89-41d3-9a0c-0305e82c3301')
    .setIssuedAt(START_MS / 1_000)
    .setExpirationTime(START_MS / 1_000 + 60);

describe('the admin token', () => {
  const sessions = sessionsAt({ nowMs: START_MS });

  it('is known by its hash', () => {
    expect(sessions.isToken(TOKEN)).toBe(true);
  });

  it.each(['', 'correct', `${TOKEN} `, TOKEN.toUpperCase(), hashToken(TOKEN)])(
    'is not %j',
    (text) => {
      expect(sessions.isToken(text)).toBe(false);
    },
  );
});

describe('sessions', () => {
  it.each(['', 'z'.repeat(64), hashToken(TOKEN).toUpperCase(), `${hashToken(TOKEN)}\n`, 'ab'])(
    'are not opened by what is no hash: %j',
    (tokenHash) => {
      expect(() => createAdminSessions({ tokenHash })).toThrow(TypeError);
    },
  );
});

describe('a session', () => {
  it('names its author until it expires, 12 hours later', async () => {
    const clock = { nowMs: START_MS };
    const sessions = sessionsAt(clock);
    const { value, session } = await sessions.open('Zoë');
    expect(session.expiresAtMs).toBe(START_MS + 12 * 3_600_000);

    clock.nowMs = session.expiresAtMs - 1;
    expect(await sessions.verify(cookie(value))).toEqual(session);
    clock.nowMs = session.expiresAtMs;
    expect(await sessions.verify(cookie(value))).toBeUndefined();
  });

  it('holds on every replica with the same token', async () => {
    const clock = { nowMs: START_MS };
    const { value } = await sessionsAt(clock).open('ann');
    expect(await sessionsAt(clock).verify(cookie(value))).toMatchObject({ author: 'ann' });
  });

  it('ends when the token is changed', async () => {
    const clock = { nowMs: START_MS };
    const { value } = await sessionsAt(clock).open('ann');
    expect(await sessionsAt(clock, 'another token').verify(cookie(value))).toBeUndefined();
  });

  it('does not hold once any character of it is changed', async () => {
    const sessions = sessionsAt({ nowMs: START_MS });
    const { value } = await sessions.open('ann');
    // The last character of a part holds bits that base64url ignores.
    const ends = new Set([value.indexOf('.') - 1, value.lastIndexOf('.') - 1, value.length - 1]);
    for (let i = 0; i < value.length; i++) {
      if (ends.has(i)) continue;
      const other = value[i] === 'A' ? 'B' : 'A';
      const tampered = value.slice(0, i) + other + value.slice(i + 1);
      expect(await sessions.verify(cookie(tampered)), `character ${i}`).toBeUndefined();
    }
  });

  it('is not taken unsigned', async () => {
    const sessions = sessionsAt({ nowMs: START_MS });
    const value = claims(new UnsecuredJWT()) as UnsecuredJWT;
    expect(await sessions.verify(cookie(value.encode()))).toBeUndefined();
  });

  it('is not taken when signed with the hash itself', async () => {
    const sessions = sessionsAt({ nowMs: START_MS });
    const jwt = claims(new SignJWT()) as SignJWT;
    const value = await jwt
      .setProtectedHeader({ alg: 'HS256' })
      .sign(createHash('sha256').update(TOKEN).digest());
    expect(await sessions.verify(cookie(value))).toBeUndefined();
  });

  it.each([
    ['another algorithm', { alg: 'HS512' }, 'floodgate-admin'],
    ['another issuer', { alg: 'HS256' }, 'somebody-else'],
  ])('is not taken with %s, even from whoever has the key', async (_, header, issuer) => {
    const sessions = sessionsAt({ nowMs: START_MS });
    const hash = Buffer.from(hashToken(TOKEN), 'hex');
    const key = new Uint8Array(hkdfSync('sha256', hash, '', 'floodgate admin session v1', 32));
    const jwt = claims(new SignJWT()) as SignJWT;
    const value = await jwt.setIssuer(issuer).setProtectedHeader(header).sign(key);
    expect(await sessions.verify(cookie(value))).toBeUndefined();
  });

  it.each([
    undefined,
    null,
    '',
    SESSION_COOKIE,
    `${SESSION_COOKIE}=`,
    `${SESSION_COOKIE}=a.b.c`,
    `${SESSION_COOKIE}=${'x'.repeat(10_000)}`,
    `x${SESSION_COOKIE}=1`,
  ])('is not in the cookies %j', async (header) => {
    expect(await sessionsAt({ nowMs: START_MS }).verify(header)).toBeUndefined();
  });

  it('does not work again once signed out, however many others sign out', async () => {
    const sessions = sessionsAt({ nowMs: START_MS });
    const { value, session } = await sessions.open('ann');
    const other = await sessions.open('bob');
    sessions.end(session);
    for (let i = 0; i < 9_000; i++) {
      sessions.end({ id: `other-${i}`, author: 'x', expiresAtMs: START_MS + 1_000 });
    }
    expect(await sessions.verify(cookie(value))).toBeUndefined();
    expect(await sessions.verify(cookie(other.value))).toMatchObject({ author: 'bob' });
    expect(SESSION_SECONDS).toBe(43_200);
  });
});
