import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Issuer, type SigningKey, signingKey, startIssuer } from '../identity/support/issuer';
import { Floodgate, type ServedBy } from '../support/floodgate';

const SECRET = 'a secret that is at least thirty-two bytes long';
const TARGET = '/api/identities';

const quota = (units: number) => [
  { algorithm: 'fixed-window', quota: units, window_ms: 31_536_000_000 },
];
const policy = {
  name: 'identities',
  match: { paths: [`${TARGET}/*`] },
  scope: ['identity'],
  limits: quota(3),
  overrides: [{ tier: 'premium', limits: quota(30) }],
  final: true,
  priority: 50,
};

const inAnHour = () => Math.floor(Date.now() / 1_000) + 3_600;

describe.each<ServedBy>(['front door', 'next start'])('callers known by %s', (servedBy) => {
  let issuer: Issuer;
  let key: SigningKey;
  let floodgate: Floodgate;

  beforeAll(async () => {
    key = await signingKey('ES256', 'first');
    issuer = await startIssuer(key);
    floodgate = await Floodgate.start(servedBy, {
      LOG_LEVEL: 'warn',
      JWT_SECRET: SECRET,
      JWT_JWKS_URL: issuer.url,
      JWT_ISSUER: 'https://issuer.example.org',
      JWT_AUDIENCE: 'floodgate',
    });
    // What is let in then leads nowhere: 404.
    await floodgate.admin('DELETE', 'routes/demo');
    await floodgate.admin('PUT', 'tiers/premium', { name: 'premium' });
    const made = await floodgate.admin('PUT', 'policies/identities', policy);
    expect(made.status).toBe(201);
  }, 60_000);

  afterAll(async () => {
    await floodgate.stop();
    await issuer.close();
  });

  const claims = (more: object) => ({
    iss: 'https://issuer.example.org',
    aud: 'floodgate',
    exp: inAnHour(),
    ...more,
  });
  const ask = (headers: Readonly<Record<string, string>>) =>
    fetch(`${floodgate.url}${TARGET}/x`, { headers });
  const limitOf = async (headers: Readonly<Record<string, string>>) => {
    const answer = await ask(headers);
    return [answer.status, answer.headers.get('x-ratelimit-limit')];
  };
  const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });
  const bySecret = (payload: object) =>
    new SignJWT(claims(payload)).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.from(SECRET));

  it('by tokens have the limits of the tier that their claim names', async () => {
    const [plain, premium] = await Promise.all([
      bySecret({ sub: `plain-${servedBy}` }),
      key.sign(claims({ sub: `rich-${servedBy}`, tier: 'premium' })),
    ]);
    expect(await limitOf(bearer(plain))).toEqual([404, '3']);
    expect(await limitOf(bearer(premium))).toEqual([404, '30']);
  });

  it('by a tier that does not exist have the policy’s own limits', async () => {
    const token = await bySecret({ sub: `odd-${servedBy}`, tier: 'constructor' });
    expect(await limitOf(bearer(token))).toEqual([404, '3']);
  });

  it('are refused with 401 when their token does not hold, and told how to mend it', async () => {
    const unsigned = [{ alg: 'none' }, claims({ sub: 'mallory' })]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    const answer = await ask(bearer(`${unsigned}.`));
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer .*error="invalid_token"/);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(await limitOf(bearer(await bySecret({ sub: 'late', exp: 1 })))).toEqual([401, null]);
    const foreign = await signingKey('ES256', 'first');
    expect(await limitOf(bearer(await foreign.sign(claims({ sub: 'eve' }))))).toEqual([401, null]);
  });

  it('by API keys are counted apart from their address', async () => {
    await floodgate.admin('PUT', 'clients/acme', { name: 'acme', tier: 'premium' });
    const { body } = await floodgate.admin('POST', 'keys', { client: 'acme' });
    const withKey = { 'X-API-Key': body.key ?? '' };
    expect(await limitOf(withKey)).toEqual([404, '30']);
    expect(await limitOf({})).toEqual([404, '3']);
    expect(await limitOf(bearer(body.key ?? ''))).toEqual([404, '30']);
  });

  it('are told what is left to them by rate-status, as who they are', async () => {
    const token = await bySecret({ sub: `asking-${servedBy}` });
    await ask(bearer(token));
    const answer = await fetch(`${floodgate.url}/api/v1/rate-status?path=${TARGET}/x`, {
      headers: bearer(token),
    });
    expect(await answer.json()).toMatchObject({
      identifier: `user:asking-${servedBy}`,
      policy: 'identities',
      remaining: 2,
    });
  });
});
