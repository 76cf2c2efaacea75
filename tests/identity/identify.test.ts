import { SignJWT } from 'jose';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  type ClientRecord,
  createClientAddressReader,
  createIdentifier,
  createJwtVerifier,
  Identity,
  IdentityUnavailableError,
  type JwtVerifier,
  type KeyRecord,
  newApiKey,
} from '../../lib/identity';
import type { Subject } from '../../lib/policy';
import { freePort } from '../support/free-port';
import { testClock } from './support/clock';

const SECRET = 'correct horse battery staple, twice';
const clock = testClock();
const jwtOptions = {
  userClaim: 'sub',
  tierClaim: 'tier',
  clockToleranceSeconds: 0,
  now: clock.now,
};

const made = newApiKey();
const other = newApiKey();
const tokenOf = (claims: Record<string, unknown>) =>
  new SignJWT({ exp: Math.floor(clock.now() / 1_000) + 600, ...claims })
    .setProtectedHeader({ alg: 'HS256' })
    .sign(new TextEncoder().encode(SECRET));
const rfc3339 = (offsetMs: number) => new Date(clock.now() + offsetMs).toISOString();

let keys: Map<string, KeyRecord>;
let clients: Map<string, ClientRecord>;
let uses: [string, number][];

beforeEach(() => {
  keys = new Map([
    [made.id, { id: made.id, client: 'acme', hash: made.hash }],
    [other.id, { id: other.id, client: 'acme', hash: other.hash, tier: 'free' }],
  ]);
  clients = new Map([['acme', { name: 'acme', tier: 'gold', enabled: true }]]);
  uses = [];
});

function changeKey(changes: Partial<KeyRecord>) {
  keys.set(made.id, { id: made.id, client: 'acme', hash: made.hash, ...changes });
}

function changeClient(changes: Partial<ClientRecord>) {
  clients.set('acme', { name: 'acme', tier: 'gold', enabled: true, ...changes });
}

function identifierOf(jwt: JwtVerifier | undefined) {
  const directory = {
    key: (id: string) => keys.get(id),
    client: (name: string) => clients.get(name),
    clientOfUser: (user: string) =>
      [...clients.values()].find((client) => (client.user ?? client.name) === user),
  };
  const identify = createIdentifier({
    clientIp: createClientAddressReader([]),
    directory: () => directory,
    jwt,
    onKeyUse: (keyId, nowMs) => uses.push([keyId, nowMs]),
    now: clock.now,
  });
  return (headers: Record<string, string>) =>
    identify({ peerAddress: '203.0.113.7', header: (name) => headers[name] });
}

const identify = identifierOf(createJwtVerifier({ ...jwtOptions, secret: SECRET }));
const withoutJwt = identifierOf(undefined);

const refusal = (detail: RegExp, error = 'invalid_token') =>
  expect.objectContaining({
    refused: true,
    ip: '203.0.113.7',
    error,
    detail: expect.stringMatching(detail),
    wwwAuthenticate: expect.stringMatching(
      new RegExp(
        `^Bearer realm="floodgate", error="${error}", error_description="[^"\\\\]*${detail.source}[^"\\\\]*"$`,
      ),
    ),
  });

describe('a request without credentials', () => {
  it('is its IP address, as policies see it', () => {
    const identity = identify({}) as Subject;
    expect(identity).toMatchObject({ ip: '203.0.113.7', keyId: undefined, user: undefined });
    expect(identity.address?.toString()).toBe('203.0.113.7');
    expect(identity.claim('sub')).toBeUndefined();
    expect('refused' in identity).toBe(false);
  });

  it('costs no object of its own', () => {
    expect(identify({})).toBe(identify({ authorization: 'Basic YTpi' }));
  });

  it.each(['Basic YTpi', 'Digest username="a"', 'Bearerish abc', 'bear', ''])(
    'but with Authorization: %s is left to the upstream',
    (authorization) => {
      expect(identify({ authorization })).toMatchObject({ ip: '203.0.113.7', user: undefined });
    },
  );
});

describe('a request with an API key', () => {
  it.each([
    ['X-API-Key', { 'x-api-key': made.key }],
    ['a bearer', { authorization: `Bearer ${made.key}` }],
    ['a bearer in lower case', { authorization: `bearer  ${made.key} ` }],
    ['both, the same', { 'x-api-key': made.key, authorization: `Bearer ${made.key}` }],
    ['X-API-Key beside a token', { 'x-api-key': made.key, authorization: 'Bearer a.b.c' }],
    ['X-API-Key beside a password', { 'x-api-key': made.key, authorization: 'Basic YTpi' }],
  ])('in %s is its client, at once', (_, headers) => {
    const identity = identify(headers);
    expect(identity).toBeInstanceOf(Identity);
    expect(identity).toMatchObject({
      ip: '203.0.113.7',
      keyId: made.id,
      user: 'acme',
      tier: 'gold',
    });
    expect(uses).toEqual([[made.id, clock.now()]]);
  });

  it('has the tier of the key before that of the client, and the user of the client', () => {
    expect(identify({ 'x-api-key': other.key })).toMatchObject({ tier: 'free', user: 'acme' });
    changeClient({ user: 'ops@acme.example', tier: undefined });
    expect(identify({ 'x-api-key': made.key })).toMatchObject({
      tier: undefined,
      user: 'ops@acme.example',
    });
  });

  it('is not asked for a token even when the verifier is not configured', () => {
    expect(withoutJwt({ authorization: `Bearer ${made.key}` })).toMatchObject({ keyId: made.id });
  });

  it('gets one answer for an unknown key, a wrong secret and what is no key', () => {
    const unknown = newApiKey().key;
    const wrong = `${made.key.slice(0, 16)}${other.key.slice(16)}`;
    const answers = [unknown, wrong, 'fg_', 'something', ''].map((key) =>
      identify({ 'x-api-key': key }),
    );
    expect(answers[0]).toEqual(refusal(/not valid/));
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(identify({ authorization: 'Bearer fg_nonsense' })).toEqual(answers[0]);
    expect(withoutJwt({ authorization: 'Bearer fg_nonsense' })).toEqual(answers[0]);
    expect(uses).toEqual([]);
  });

  it('is refused from the moment the key expires', () => {
    changeKey({ expires_at: rfc3339(1) });
    expect(identify({ 'x-api-key': made.key })).toMatchObject({ keyId: made.id });
    clock.advance(1);
    expect(identify({ 'x-api-key': made.key })).toEqual(refusal(/expired/));
    changeKey({ expires_at: rfc3339(10_000) });
    expect(identify({ 'x-api-key': made.key })).toMatchObject({ keyId: made.id });
    changeKey({ expires_at: 'whenever' });
    expect(identify({ 'x-api-key': made.key })).toEqual(refusal(/expired/));
  });

  it('is refused once the key is revoked, whatever the clock says of when', () => {
    for (const offsetMs of [-1_000, 60_000]) {
      changeKey({ revoked_at: rfc3339(offsetMs) });
      expect(identify({ 'x-api-key': made.key })).toEqual(refusal(/revoked/));
    }
  });

  it('is refused when its client is disabled or gone', () => {
    changeClient({ enabled: false });
    expect(identify({ 'x-api-key': made.key })).toEqual(refusal(/disabled or gone/));
    clients.clear();
    expect(identify({ 'x-api-key': made.key })).toEqual(refusal(/disabled or gone/));
    expect(uses).toEqual([]);
  });

  it('tells why only to those who have the secret', () => {
    changeKey({ revoked_at: rfc3339(0) });
    const wrong = `${made.key.slice(0, 16)}${other.key.slice(16)}`;
    expect(identify({ 'x-api-key': wrong })).toEqual(refusal(/not valid/));
  });

  it('is refused with two different keys, both good', () => {
    const headers = { 'x-api-key': made.key, authorization: `Bearer ${other.key}` };
    expect(identify(headers)).toEqual(refusal(/different API keys/, 'invalid_request'));
  });
});

describe('a request with a token', () => {
  it('is its user, at once when the token was seen before', async () => {
    const authorization = `Bearer ${await tokenOf({ sub: 'ann', tier: 'silver', org: 'x' })}`;
    const first = identify({ authorization });
    expect(first).toBeInstanceOf(Promise);
    await first;
    const identity = identify({ authorization });
    expect(identity).toBeInstanceOf(Identity);
    expect(identity).toMatchObject({ user: 'ann', tier: 'silver', keyId: undefined });
    expect((identity as Identity).claim('org')).toBe('x');
  });

  it('has the tier of the client that owns the user, unless it names one', async () => {
    const plain = `Bearer ${await tokenOf({ sub: 'acme' })}`;
    const tiered = `Bearer ${await tokenOf({ sub: 'acme', tier: 'silver' })}`;
    expect(await identify({ authorization: plain })).toMatchObject({ tier: 'gold' });
    expect(await identify({ authorization: tiered })).toMatchObject({ tier: 'silver' });
  });

  it('is refused when the client that owns the user is disabled, even if the token is known', async () => {
    const authorization = `Bearer ${await tokenOf({ sub: 'acme' })}`;
    expect(await identify({ authorization })).toMatchObject({ user: 'acme' });
    changeClient({ enabled: false });
    expect(identify({ authorization })).toEqual(refusal(/client of this user is disabled/));
  });

  it.each(['Bearer', 'Bearer ', 'Bearer nonsense', 'bearer a.b.c'])(
    'is refused, never taken by its IP address: %s',
    async (authorization) => {
      expect(await identify({ authorization })).toEqual(refusal(/no JSON Web Token/));
    },
  );

  it('is left to the upstream when tokens are not configured', () => {
    expect(withoutJwt({ authorization: 'Bearer nonsense' })).toMatchObject({
      ip: '203.0.113.7',
      user: undefined,
    });
  });

  it('that cannot be checked is neither let in nor refused', async () => {
    const url = `http://127.0.0.1:${await freePort()}/jwks.json`;
    const offline = identifierOf(createJwtVerifier({ ...jwtOptions, jwks: { url } }));
    const header = Buffer.from('{"alg":"RS256","kid":"a"}').toString('base64url');
    await expect(offline({ authorization: `Bearer ${header}.e30.AAAA` })).rejects.toBeInstanceOf(
      IdentityUnavailableError,
    );
  });
});
