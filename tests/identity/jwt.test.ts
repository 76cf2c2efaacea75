import { createHmac } from 'node:crypto';
import { exportSPKI, type JWTPayload } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createJwtVerifier, type JwtOptions } from '../../lib/identity';
import { claimsOf } from '../../lib/identity/claims';
import { testClock } from './support/clock';
import { type Issuer, type SigningKey, signingKey, startIssuer } from './support/issuer';

const SECRET = 'correct horse battery staple, twice';
const clock = testClock();
const nowSeconds = () => Math.floor(clock.now() / 1_000);
const claims = (changes: JWTPayload = {}): JWTPayload => ({
  sub: 'ann',
  tier: 'gold',
  exp: nowSeconds() + 600,
  ...changes,
});

const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

function hs(payload: unknown, secret: string | Buffer = SECRET, header: object = { alg: 'HS256' }) {
  const input = `${encoded(header)}.${encoded(payload)}`;
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
}

function verifierOf(changes: Partial<JwtOptions> = {}) {
  return createJwtVerifier({
    secret: SECRET,
    userClaim: 'sub',
    tierClaim: 'tier',
    clockToleranceSeconds: 0,
    now: clock.now,
    ...changes,
  });
}

/** @param code what the token is refused for */
function refusalOf(token: string, code: string, changes: Partial<JwtOptions> = {}) {
  return expect(verifierOf(changes).verify(token)).rejects.toMatchObject({
    name: 'CredentialError',
    code,
    detail: expect.stringMatching(/^[^"\\]+\.$/),
  });
}

describe('a token signed with the secret', () => {
  it('tells user, tier and other claims', async () => {
    const token = hs(claims({ plan: 'x', seats: 3, beta: true, scopes: ['a'], org: { id: 1 } }));
    const verified = await verifierOf().verify(token);
    expect([verified.user, verified.tier]).toEqual(['ann', 'gold']);
    expect(['plan', 'seats', 'beta', 'scopes', 'org', 'none'].map(verified.text)).toEqual([
      'x',
      '3',
      'true',
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('says nothing of what its payload only inherits', () => {
    const payload = Object.assign(Object.create({ tier: 'gold', plan: 'x' }), { sub: 'ann' });
    const inherited = claimsOf(payload, { userClaim: 'sub', tierClaim: 'tier' });
    expect(inherited).toMatchObject({ user: 'ann', tier: undefined });
    expect(inherited?.text('plan')).toBeUndefined();
  });

  it('names its user and tier by the configured claims', async () => {
    const names = { userClaim: 'https://example.org/id', tierClaim: 'plan' };
    const token = hs(claims({ 'https://example.org/id': 42, plan: 'silver' }));
    expect(await verifierOf(names).verify(token)).toMatchObject({ user: '42', tier: 'silver' });
  });

  it.each([
    ['no user', { sub: undefined }],
    ['an empty user', { sub: '' }],
    ['a user with a line break', { sub: 'ann\nroot' }],
    ['a user of 257 characters', { sub: 'a'.repeat(257) }],
    ['no expiry', { exp: undefined }],
    ['an expiry in words', { exp: 'tomorrow' as unknown as number }],
    ['no issuer', { iss: undefined }],
    ['another issuer', { iss: 'https://evil.example' }],
    ['no audience', { aud: undefined }],
    ['another audience', { aud: ['somebody', 'else'] }],
  ])('is refused with %s', async (_, changes) => {
    const expected = { issuer: 'https://issuer.example', audience: 'floodgate' };
    const good = claims({ iss: expected.issuer, aud: ['other', 'floodgate'] });
    expect(await verifierOf(expected).verify(hs(good))).toMatchObject({ user: 'ann' });
    await refusalOf(hs({ ...good, ...changes }), 'claims', expected);
  });

  it('is refused when expired or not valid yet, beyond the clock tolerance', async () => {
    const expired = hs(claims({ exp: nowSeconds() - 5 }));
    const early = hs(claims({ nbf: nowSeconds() + 5 }));
    await refusalOf(expired, 'expired', { clockToleranceSeconds: 4 });
    await refusalOf(early, 'not_yet_valid', { clockToleranceSeconds: 4 });
    const lenient = verifierOf({ clockToleranceSeconds: 6 });
    expect(await lenient.verify(expired)).toMatchObject({ user: 'ann' });
    expect(await lenient.verify(early)).toMatchObject({ user: 'ann' });
    await refusalOf(hs(claims({ nbf: 9e15 })), 'not_yet_valid');
  });

  it('is refused with another signature', async () => {
    await refusalOf(hs(claims(), `${SECRET}!`), 'signature');
    const [header, , signature] = hs(claims()).split('.');
    await refusalOf(`${header}.${encoded(claims({ sub: 'root' }))}.${signature}`, 'signature');
  });

  it.each([
    ['nothing', ''],
    ['a word', 'token'],
    ['two parts', 'a.b'],
    ['a header that is no JSON', 'AAAA.BBBB.CCCC'],
    ['a header that is no object', `${encoded([])}.${encoded({})}.AAAA`],
    ['an algorithm that is no text', `${encoded({ alg: ['HS256'] })}.${encoded({})}.AAAA`],
    ['a payload that is no object', hs([1])],
    ['four parts', `${hs({})}.AAAA`],
    ['8 KiB and more', hs({ sub: 'a'.repeat(8_192) })],
  ])('is refused when it is %s', (_, token) => refusalOf(token, 'malformed'));

  it('is refused when its header demands what is not understood', async () => {
    const token = hs(claims(), SECRET, { alg: 'HS256', crit: ['b64'], b64: false });
    await expect(verifierOf().verify(token)).rejects.toThrow();
    const unknown = hs(claims(), SECRET, { alg: 'HS256', crit: ['x'], x: 1 });
    await refusalOf(unknown, 'unusable_key');
  });
});

describe('a token verified before', () => {
  it('is known at once, until it expires', async () => {
    const verifier = verifierOf({ clockToleranceSeconds: 0 });
    const token = hs(claims({ exp: nowSeconds() + 100 }));
    const first = verifier.verify(token);
    expect(first).toBeInstanceOf(Promise);
    await first;
    clock.advance(99_999);
    expect(verifier.verify(token)).toMatchObject({ user: 'ann' });
    clock.advance(1);
    await expect(verifier.verify(token)).rejects.toMatchObject({ code: 'expired' });
  });

  it('is verified every time once only the clock tolerance holds it', async () => {
    const verifier = verifierOf({ clockToleranceSeconds: 10 });
    const token = hs(claims({ exp: nowSeconds() + 1 }));
    await verifier.verify(token);
    clock.advance(1_000);
    for (let i = 0; i < 2; i++) {
      const again = verifier.verify(token);
      expect(again).toBeInstanceOf(Promise);
      await again;
    }
    clock.advance(10_000);
    await expect(verifier.verify(token)).rejects.toMatchObject({ code: 'expired' });
  });

  it('says nothing of one that differs in a letter', async () => {
    const verifier = verifierOf();
    const token = hs(claims());
    await verifier.verify(token);
    const last = token.endsWith('A') ? 'B' : 'A';
    await expect(verifier.verify(token.slice(0, -1) + last)).rejects.toThrow();
  });
});

describe('a verifier', () => {
  it('is not made without keys, with a short secret or a broken address', () => {
    expect(() => verifierOf({ secret: undefined })).toThrow(TypeError);
    expect(() => verifierOf({ secret: 'a'.repeat(31) })).toThrow(RangeError);
    expect(() => verifierOf({ jwks: { url: 'not a url' } })).toThrow(TypeError);
  });
});

describe('the algorithm a token names', () => {
  let rsa: SigningKey;
  let issuer: Issuer;

  beforeAll(async () => {
    rsa = await signingKey('RS256', 'rsa');
    issuer = await startIssuer(rsa);
  });
  afterAll(() => issuer.close());

  it.each(['none', 'None', 'NONE', ''])('is refused when it is %j', async (alg) => {
    const body = `${encoded({ alg })}.${encoded(claims())}.`;
    const both = { jwks: { url: issuer.url } };
    await refusalOf(body, 'unsupported', both);
    await refusalOf(`${body}AAAA`, 'unsupported', both);
  });

  it('cannot turn a public key into a secret', async () => {
    const pem = await exportSPKI(rsa.publicKey);
    const der = Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64');
    for (const secret of [pem, pem.trim(), der, JSON.stringify(rsa.jwk)]) {
      const forged = hs(claims(), secret, { alg: 'HS256', kid: 'rsa' });
      await refusalOf(forged, 'unsupported', { secret: undefined, jwks: { url: issuer.url } });
      await refusalOf(forged, 'signature', { jwks: { url: issuer.url } });
    }
    expect(issuer.requests).toEqual([]);
  });

  it('does not let a token bring its own key', async () => {
    const foreign = await signingKey('RS256', 'foreign');
    const header = { jwk: foreign.jwk, jku: `${issuer.url}?mine`, x5u: `${issuer.url}?mine` };
    const token = await foreign.sign(claims(), header);
    await refusalOf(token, 'unknown_key', { jwks: { url: issuer.url } });
    const posing = await foreign.sign(claims(), { ...header, kid: 'rsa' });
    await refusalOf(posing, 'signature', { jwks: { url: issuer.url } });
    expect(issuer.requests.every((path) => path === '/jwks.json')).toBe(true);
  });

  it('is refused when no key is configured for it', async () => {
    await refusalOf(await rsa.sign(claims()), 'unsupported');
    for (const alg of ['HS384', 'HS512', 'RS1', 'ES256K', 'dir', 'constructor', '__proto__']) {
      await refusalOf(hs(claims(), SECRET, { alg }), 'unsupported', {
        jwks: { url: issuer.url },
      });
    }
  });

  it.each(['RS512', 'PS256', 'PS384', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'])(
    'may be %s by the key set',
    async (alg) => {
      const key = await signingKey(alg, alg);
      const own = await startIssuer(rsa, key);
      try {
        const verifier = verifierOf({ secret: undefined, jwks: { url: own.url } });
        expect(await verifier.verify(await key.sign(claims()))).toMatchObject({ user: 'ann' });
      } finally {
        await own.close();
      }
    },
  );
});
