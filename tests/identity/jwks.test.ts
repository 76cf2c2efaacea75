import type { JWTPayload } from 'jose';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createJwtVerifier, type JwksOptions, type JwtVerifier } from '../../lib/identity';
import { type TestClock, testClock } from './support/clock';
import { type Issuer, type SigningKey, signingKey, startIssuer } from './support/issuer';

const MINUTE = 60_000;
const MAX_AGE = 5 * MINUTE;
const MAX_STALE = 60 * MINUTE;
const COOLDOWN = 10_000;

describe('a remote key set', () => {
  let old: SigningKey;
  let next: SigningKey;
  let issuer: Issuer;
  let clock: TestClock;
  let failures: unknown[];
  let verifier: JwtVerifier;

  beforeAll(async () => {
    old = await signingKey('ES256', 'old');
    next = await signingKey('ES256', 'next');
  });
  beforeEach(async () => {
    issuer = await startIssuer(old);
    clock = testClock();
    failures = [];
    verifier = verifierOf();
  });
  afterEach(() => issuer.close());

  function verifierOf(changes: Partial<JwksOptions> = {}): JwtVerifier {
    return createJwtVerifier({
      jwks: {
        url: issuer.url,
        maxAgeMs: MAX_AGE,
        maxStaleMs: MAX_STALE,
        cooldownMs: COOLDOWN,
        timeoutMs: 500,
        onFailure: (error) => failures.push(error),
        ...changes,
      },
      userClaim: 'sub',
      tierClaim: 'tier',
      clockToleranceSeconds: 0,
      now: clock.now,
    });
  }

  /** Valid for a day; each unlike all others, so none is known before. */
  let serial = 0;
  function tokenBy(key: SigningKey, header: Record<string, unknown> = {}): Promise<string> {
    const exp = Math.floor(clock.now() / 1_000) + 86_400;
    const payload: JWTPayload = { sub: 'ann', exp, jti: String(serial++) };
    return key.sign(payload, header);
  }

  const accepted = async (token: string) =>
    expect(await verifier.verify(token)).toMatchObject({ user: 'ann' });
  const refused = (token: string, code = 'unknown_key') =>
    expect(verifier.verify(token)).rejects.toMatchObject({ name: 'CredentialError', code });
  const unavailable = (token: string) =>
    expect(verifier.verify(token)).rejects.toMatchObject({ name: 'IdentityUnavailableError' });

  it('is fetched once for many tokens at a time, and again when it is old', async () => {
    const tokens = await Promise.all(Array.from({ length: 50 }, () => tokenBy(old)));
    await Promise.all(tokens.map(accepted));
    clock.advance(MAX_AGE - 1);
    await accepted(await tokenBy(old));
    expect(issuer.requests).toHaveLength(1);
    clock.advance(1);
    await Promise.all((await Promise.all([tokenBy(old), tokenBy(old)])).map(accepted));
    expect(issuer.requests).toHaveLength(2);
  });

  it('is fetched again for a key it lacks, so a rotated key works after the cool-down', async () => {
    await accepted(await tokenBy(old));
    issuer.keys = [old.jwk, next.jwk];
    await refused(await tokenBy(next));
    clock.advance(COOLDOWN);
    await accepted(await tokenBy(next));
    await accepted(await tokenBy(old));
    expect(issuer.requests).toHaveLength(2);
  });

  it('is not fetched for a flood of unknown keys but once per cool-down', async () => {
    await accepted(await tokenBy(old));
    const flood = await Promise.all(
      Array.from({ length: 100 }, (_, i) => tokenBy(next, { kid: `unknown-${i}` })),
    );
    await Promise.all(flood.map((token) => refused(token)));
    expect(issuer.requests).toHaveLength(1);
    clock.advance(COOLDOWN);
    await Promise.all(flood.map((token) => refused(token)));
    for (const token of flood) await refused(token);
    expect(issuer.requests).toHaveLength(2);
  });

  it('is asked for by no name that a token chooses', async () => {
    await accepted(await tokenBy(old));
    clock.advance(COOLDOWN);
    for (const kid of ['../../etc/passwd', "' OR 1=1 --", 'http://169.254.169.254/', '__proto__']) {
      await refused(await tokenBy(next, { kid }));
    }
    expect(new Set(issuer.requests)).toEqual(new Set(['/jwks.json']));
  });

  it('ends the tokens of a withdrawn key within a re-verification and its own age', async () => {
    const token = await tokenBy(old);
    await accepted(token);
    issuer.keys = [next.jwk];
    clock.advance(MAX_AGE - 1);
    await accepted(token);
    clock.advance(MINUTE - 1);
    expect(verifier.verify(token)).not.toBeInstanceOf(Promise);
    clock.advance(1);
    await refused(token);
  });

  it('holds a token without a key id against each of its keys', async () => {
    issuer.keys = [old.jwk, next.jwk];
    await accepted(await tokenBy(next, { kid: undefined }));
    const foreign = await signingKey('ES256', 'foreign');
    await refused(await tokenBy(foreign, { kid: undefined }), 'signature');
  });

  it('with a key too weak to use refuses its tokens', async () => {
    const { subtle } = globalThis.crypto;
    const weak = await subtle.generateKey(
      {
        name: 'RSASSA-PKCS1-v1_5',
        hash: 'SHA-256',
        modulusLength: 1_024,
        publicExponent: new Uint8Array([1, 0, 1]),
      },
      true,
      ['sign', 'verify'],
    );
    const jwk = await subtle.exportKey('jwk', weak.publicKey);
    issuer.keys = [{ kty: 'RSA', n: jwk.n ?? '', e: jwk.e ?? '', kid: 'weak', alg: 'RS256' }];
    const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const input = `${encode({ alg: 'RS256', kid: 'weak' })}.${encode({ sub: 'ann', exp: 9e9 })}`;
    const signature = await subtle.sign('RSASSA-PKCS1-v1_5', weak.privateKey, Buffer.from(input));
    await refused(`${input}.${Buffer.from(signature).toString('base64url')}`, 'unusable_key');
  });

  describe('that cannot be fetched', () => {
    it.each(['failing', 'garbled', 'moved', 'silent'] as const)(
      'leaves nobody refused when %s: it is no fault of the token',
      async (mood) => {
        issuer.mood = mood;
        await unavailable(await tokenBy(old));
        expect(failures).toHaveLength(1);
        expect(issuer.requests).toEqual(['/jwks.json']);
      },
    );

    it('is asked once per cool-down, and says when', async () => {
      issuer.mood = 'failing';
      const tokens = await Promise.all(Array.from({ length: 20 }, () => tokenBy(old)));
      await Promise.all(tokens.map(unavailable));
      clock.advance(COOLDOWN - 1);
      await expect(verifier.verify(await tokenBy(old))).rejects.toMatchObject({ retryAfterMs: 1 });
      expect(issuer.requests).toHaveLength(1);
      issuer.mood = 'well';
      clock.advance(1);
      await accepted(await tokenBy(old));
      expect(issuer.requests).toHaveLength(2);
    });

    it('serves on for an hour with the keys it had', async () => {
      await accepted(await tokenBy(old));
      issuer.mood = 'failing';
      clock.advance(MAX_AGE + MAX_STALE - 1);
      await accepted(await tokenBy(old));
      clock.advance(1);
      await unavailable(await tokenBy(old));
    });

    it('is waited for once, then asked in the background', async () => {
      await accepted(await tokenBy(old));
      issuer.mood = 'silent';
      clock.advance(MAX_AGE);
      await accepted(await tokenBy(old));
      expect(failures).toHaveLength(1);
      clock.advance(COOLDOWN);
      await accepted(await tokenBy(old));
      // The second fetch is still unanswered: nobody waited for it.
      expect(failures).toHaveLength(1);
      await expect.poll(() => failures.length).toBe(2);
    });

    it('takes up new keys when it can be fetched again', async () => {
      await accepted(await tokenBy(old));
      issuer.mood = 'failing';
      clock.advance(MAX_AGE);
      await accepted(await tokenBy(old));
      issuer.mood = 'well';
      issuer.keys = [next.jwk];
      clock.advance(COOLDOWN);
      await accepted(await tokenBy(next));
      await refused(await tokenBy(old));
    });

    it('may know a key that is new: its token is not refused', async () => {
      await accepted(await tokenBy(old));
      issuer.mood = 'failing';
      clock.advance(COOLDOWN);
      await unavailable(await tokenBy(next));
      await accepted(await tokenBy(old));
    });

    it('does not hold up tokens that were verified lately', async () => {
      const token = await tokenBy(old);
      await accepted(token);
      issuer.mood = 'silent';
      expect(verifier.verify(token)).toMatchObject({ user: 'ann' });
    });
  });
});
