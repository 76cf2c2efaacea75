import { beforeEach, describe, expect, it } from 'vitest';
import { failingStore } from '../support/failing-store';
import { type AdminGateway, adminGateway, TOKEN } from './admin-gateway';

const PATHS = [
  ['GET', '/session'],
  ['DELETE', '/session'],
  ['GET', '/configuration'],
  ['PUT', '/configuration'],
  ['GET', '/policies'],
  ['POST', '/policies'],
  ['GET', '/policies/ping'],
  ['PUT', '/policies/ping'],
  ['DELETE', '/policies/ping'],
  ['GET', '/keys'],
  ['POST', '/keys'],
  ['GET', '/keys/abcdefghijkl'],
  ['POST', '/keys/abcdefghijkl/rotate'],
  ['POST', '/keys/abcdefghijkl/revoke'],
  ['GET', '/versions'],
  ['POST', '/versions/1/rollback'],
  ['POST', '/validate'],
  ['POST', '/explain'],
  ['GET', '/policy-counts'],
] as const;

const NOBODY = { authorization: undefined };
const WRONG = { authorization: 'Bearer guess' };

let admin: AdminGateway;
beforeEach(async () => {
  admin = await adminGateway();
});

describe('without credentials', () => {
  it.each(PATHS)('%s %s is refused with a challenge', async (method, path) => {
    const answer = await admin.request(method, path, { headers: NOBODY });
    expect(answer.status).toBe(401);
    expect(answer.header('www-authenticate')).toBe('Bearer realm="floodgate admin"');
    expect(answer.header('cache-control')).toBe('no-store');
    expect(answer.header('access-control-allow-origin')).toBeUndefined();
  });
});

describe('the admin token', () => {
  it.each([`Bearer ${TOKEN}`, `bearer ${TOKEN}`, `BEARER  ${TOKEN} `])(
    'lets in as %j',
    async (authorization) => {
      const answer = await admin.request('GET', '/session', { headers: { authorization } });
      expect(answer).toMatchObject({ status: 200, body: { author: 'admin', expires_at: null } });
    },
  );

  it.each([
    'Bearer',
    'Bearer ',
    `Basic ${TOKEN}`,
    TOKEN,
    `Bearer ${TOKEN}x`,
    `Bearer ${TOKEN} ${TOKEN}`,
  ])('does not let in as %j', async (authorization) => {
    const answer = await admin.request('GET', '/session', { headers: { authorization } });
    expect(answer.status).toBe(401);
  });

  it('goes before a session: a wrong one is refused in spite of it', async () => {
    const cookie = await admin.signIn();
    const answer = await admin.request('GET', '/session', { headers: { ...WRONG, cookie } });
    expect(answer.status).toBe(401);
  });

  it('leaves other schemes to whoever stands in front', async () => {
    const cookie = await admin.signIn('ann');
    const headers = { authorization: 'Basic b3BzOm9wcw==', cookie };
    const answer = await admin.request('GET', '/session', { headers });
    expect(answer).toMatchObject({ status: 200, body: { author: 'ann' } });
  });

  it.each([
    ['Ann Example', 'Ann Example'],
    ['', 'admin'],
    ['x'.repeat(101), 'admin'],
    ['tab\tand bell\u0007', 'admin'],
    ['ZoÃ«', 'admin'],
    [undefined, 'admin'],
  ])('lets its bearer be called %j as %j', async (author, name) => {
    const headers = { 'x-floodgate-author': author };
    const answer = await admin.request('GET', '/session', { headers });
    expect(answer.body.author).toBe(name);
  });
});

describe('guessing', () => {
  const guess = (ip?: string) =>
    admin.request('GET', '/policies', { headers: WRONG, ...(ip && { ip }) });

  it('is refused five times a minute, and then not even listened to', async () => {
    const statuses = [];
    for (let i = 0; i < 6; i++) statuses.push((await guess()).status);
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);

    const denied = await guess();
    expect(Number(denied.header('retry-after'))).toBeGreaterThan(0);
    expect(denied.header('ratelimit-policy')).toBe('"sign-in";q=5;w=60');
    expect((await admin.request('GET', '/policies')).status).toBe(429);
  });

  it('at the sign-in and by bearer is the same', async () => {
    for (let i = 0; i < 5; i++) {
      const body = { token: 'guess' };
      const answer = await admin.request('POST', '/session', { body, headers: NOBODY });
      expect(answer.status).toBe(401);
    }
    expect((await guess()).status).toBe(429);
    const body = { token: TOKEN };
    expect((await admin.request('POST', '/session', { body })).status).toBe(429);
  });

  it('in a burst does not find the token either', async () => {
    const tokens = [...Array.from({ length: 20 }, (_, i) => `guess-${i}`), TOKEN];
    const answers = await Promise.all(
      tokens.map((token) =>
        admin.request('POST', '/session', { body: { token }, headers: NOBODY }),
      ),
    );
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(5);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(0);
  });

  it('from one address leaves others alone, and sessions', async () => {
    const cookie = await admin.signIn();
    for (let i = 0; i < 6; i++) await guess();
    expect((await admin.request('GET', '/policies', { ip: '198.51.100.1' })).status).toBe(200);
    const answer = await admin.request('GET', '/policies', { headers: { ...NOBODY, cookie } });
    expect(answer.status).toBe(200);
  });

  it('is not what the right token does, however often', async () => {
    for (let i = 0; i < 20; i++) {
      expect((await admin.request('GET', '/policies')).status).toBe(200);
    }
  });

  it('is held back while the store fails, too', async () => {
    admin = await adminGateway({ store: failingStore() });
    expect((await admin.request('GET', '/policies')).status).toBe(200);
    const statuses = [];
    for (let i = 0; i < 6; i++) statuses.push((await guess()).status);
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
    expect((await admin.request('GET', '/policies')).status).toBe(429);
  });
});

describe('an answer that tells admins more', () => {
  it.each([`Bearer ${TOKEN}`, `bearer ${TOKEN}`])('knows them by %j', async (authorization) => {
    expect(await admin.isAdmin({ authorization })).toBe(true);
  });

  it('knows them by their session, until it ends', async () => {
    const cookie = await admin.signIn();
    expect(await admin.isAdmin({ cookie })).toBe(true);
    await admin.request('DELETE', '/session', { headers: { ...NOBODY, cookie } });
    expect(await admin.isAdmin({ cookie })).toBe(false);
  });

  it.each([{}, { authorization: `Basic ${TOKEN}` }, { cookie: 'floodgate_session=x' }])(
    'takes %j for somebody else, and leaves the address its tries',
    async (headers) => {
      for (let i = 0; i < 10; i++) expect(await admin.isAdmin(headers)).toBe(false);
      expect(await admin.isAdmin({ authorization: `Bearer ${TOKEN}` })).toBe(true);
    },
  );

  it('is no place to guess tokens at: the tries count with those of the admin API', async () => {
    for (let i = 0; i < 5; i++) expect(await admin.isAdmin(WRONG)).toBe(false);
    expect(await admin.isAdmin({ authorization: `Bearer ${TOKEN}` })).toBe(false);
    expect((await admin.request('GET', '/policies')).status).toBe(429);
    expect(await admin.isAdmin({ authorization: `Bearer ${TOKEN}` }, '198.51.100.1')).toBe(true);
  });
});

describe('a session', () => {
  it('is opened by the token and told in a cookie that scripts cannot read', async () => {
    const body = { token: TOKEN, author: ' Zoë ' };
    const answer = await admin.request('POST', '/session', { body, headers: NOBODY });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      author: 'Zoë',
      expires_at: new Date(
        Math.floor(admin.clock.nowMs / 1_000) * 1_000 + 43_200_000,
      ).toISOString(),
    });
    expect(answer.header('set-cookie')).toMatch(
      /^floodgate_session=[\w.-]+; HttpOnly; SameSite=Strict; Path=\/; Max-Age=43200$/,
    );
    expect(answer.header('cache-control')).toBe('no-store');
    expect(JSON.stringify(answer.body)).not.toContain(TOKEN);
  });

  it('is for https alone when it was opened by https', async () => {
    const answer = await admin.request('POST', '/session', {
      body: { token: TOKEN },
      headers: { 'x-forwarded-proto': 'https, http' },
    });
    expect(answer.header('set-cookie')).toMatch(/; Secure$/);
  });

  it('lets in, and names its author in the history', async () => {
    const cookie = await admin.signIn('ann');
    const headers = { ...NOBODY, cookie, 'x-floodgate-author': 'somebody else' };
    const made = await admin.request('POST', '/tiers', { body: { name: 'gold' }, headers });
    expect(made.status).toBe(201);
    const { body } = await admin.request('GET', '/versions?limit=1', { headers });
    expect(body).toMatchObject({ items: [{ author: 'ann' }] });
  });

  it('ends by signing out', async () => {
    const cookie = await admin.signIn();
    const headers = { ...NOBODY, cookie };
    const answer = await admin.request('DELETE', '/session', { headers });
    expect(answer.status).toBe(204);
    expect(answer.header('set-cookie')).toBe(
      'floodgate_session=; HttpOnly; SameSite=Strict; Path=/; Max-Age=0',
    );
    expect((await admin.request('GET', '/session', { headers })).status).toBe(401);
  });

  it('ends by time', async () => {
    const cookie = await admin.signIn();
    admin.clock.nowMs += 12 * 3_600_000;
    const answer = await admin.request('GET', '/session', { headers: { ...NOBODY, cookie } });
    expect(answer.status).toBe(401);
  });

  it.each([
    [{ token: '' }, 'token'],
    [{}, 'token'],
    [{ token: TOKEN, author: '' }, 'author'],
    [{ token: TOKEN, author: 'a\nb' }, 'author'],
    [{ token: TOKEN, remember: true }, 'remember'],
  ])('is not opened by %j', async (body, path) => {
    const answer = await admin.request('POST', '/session', { body, headers: NOBODY });
    expect(answer.status).toBe(400);
    expect(answer.body.errors).toMatchObject([{ path }]);
  });
});

describe('a page of another origin', () => {
  const own = 'https://gateway.test';
  const CASES: readonly (readonly [fields: Record<string, string>, isLetIn: boolean])[] = [
    [{}, true],
    [{ origin: own }, true],
    [{ origin: 'http://gateway.test' }, true],
    [{ origin: 'HTTPS://GATEWAY.TEST' }, true],
    [{ origin: own, host: 'gateway.test:443' }, true],
    [{ origin: own, 'sec-fetch-site': 'same-origin' }, true],
    [{ 'sec-fetch-site': 'none' }, true],
    [{ origin: 'https://evil.test' }, false],
    [{ origin: 'https://gateway.test.evil.test' }, false],
    [{ origin: 'https://gateway.test:8443' }, false],
    [{ origin: 'https://gateway.test@evil.test' }, false],
    [{ origin: 'null' }, false],
    [{ origin: '' }, false],
    [{ origin: 'file://' }, false],
    [{ origin: own, 'sec-fetch-site': 'cross-site' }, false],
    [{ origin: own, 'sec-fetch-site': 'same-site' }, false],
    [{ 'sec-fetch-site': 'cross-site' }, false],
  ];

  it.each(CASES)('that sends %j with our cookie may change things: %s', async (fields, isLetIn) => {
    const cookie = await admin.signIn();
    const headers = { ...NOBODY, cookie, ...fields };
    const body = { name: 'gold' };
    const answer = await admin.request('POST', '/tiers', { body, headers });
    expect(answer.status).toBe(isLetIn ? 201 : 403);
    const signingIn = { body: { token: TOKEN }, headers: { ...NOBODY, ...fields } };
    expect((await admin.request('POST', '/session', signingIn)).status).toBe(isLetIn ? 200 : 403);
  });

  it.each([
    ['PUT', '/tiers/gold'],
    ['DELETE', '/tiers/gold'],
    ['DELETE', '/session'],
    ['PUT', '/configuration'],
    ['POST', '/keys'],
    ['POST', '/versions/1/rollback'],
    ['POST', '/validate'],
    ['POST', '/explain'],
  ])('cannot use %s %s', async (method, path) => {
    const cookie = await admin.signIn();
    const headers = { ...NOBODY, cookie, origin: 'https://evil.test' };
    expect((await admin.request(method, path, { body: {}, headers })).status).toBe(403);
  });

  it('learns nothing by reading, which is not refused: it is not let see the answer', async () => {
    const cookie = await admin.signIn();
    const headers = { ...NOBODY, cookie, origin: 'https://evil.test' };
    const answer = await admin.request('GET', '/tiers', { headers });
    expect(answer.status).toBe(200);
    expect(answer.header('access-control-allow-origin')).toBeUndefined();
  });

  it('is let read none of these answers, whatever CORS_ORIGINS says', () => {
    const readable = admin.endpoints.filter(({ isPrivate }) => isPrivate !== true);
    expect(readable.map(({ path }) => path)).toEqual([]);
  });

  it('is no matter for a program that shows the token', async () => {
    const headers = { origin: 'https://evil.test', 'sec-fetch-site': 'cross-site' };
    const answer = await admin.request('POST', '/tiers', { body: { name: 'gold' }, headers });
    expect(answer.status).toBe(201);
  });
});
