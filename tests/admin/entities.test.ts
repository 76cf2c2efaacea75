import { beforeEach, describe, expect, it } from 'vitest';
import { type AdminGateway, adminGateway } from './admin-gateway';

const limit = { algorithm: 'fixed-window', quota: 5, window_ms: 10_000 };

/** One of each kind as somebody writes it, another state of it, and what is wrong with a third. */
const KINDS = [
  {
    kind: 'policies',
    entity: { name: 'ping', limits: [limit] },
    changed: { name: 'ping', mode: 'shadow', limits: [limit] },
    wrong: { name: 'ping', limits: [{ ...limit, quota: 0 }] },
    fault: 'limits[0].quota',
  },
  {
    kind: 'tiers',
    entity: { name: 'gold' },
    changed: { name: 'gold', description: 'Pays' },
    wrong: { name: 'gold', description: 5 },
    fault: 'description',
  },
  {
    kind: 'clients',
    entity: { name: 'acme' },
    changed: { name: 'acme', enabled: false },
    wrong: { name: 'acme', tier: 'platinum' },
    fault: 'tier',
  },
  {
    kind: 'routes',
    entity: { name: 'api', upstream: 'backend' },
    changed: { name: 'api', upstream: 'backend', match: { paths: ['/api/*'] } },
    wrong: { name: 'api', upstream: 'backend', match: { paths: ['api'] } },
    fault: 'match.paths[0]',
  },
  {
    kind: 'upstreams',
    entity: { name: 'origin', targets: [{ url: 'http://127.0.0.1:9' }] },
    changed: { name: 'origin', targets: [{ url: 'http://127.0.0.1:9', weight: 3 }] },
    wrong: { name: 'origin', targets: [{ url: 'ftp://127.0.0.1' }] },
    fault: 'targets[0].url',
  },
] as const;

let admin: AdminGateway;
beforeEach(async () => {
  admin = await adminGateway({
    configuration: { upstreams: [{ name: 'backend', targets: [{ url: 'http://127.0.0.1:8' }] }] },
  });
});

describe.each(KINDS)('of $kind', ({ kind, entity, changed, wrong, fault }) => {
  const { name } = entity;
  const list = `/${kind}`;
  const one = `/${kind}/${name}`;

  it('one is created, read, replaced and removed', async () => {
    const created = await admin.request('POST', list, { body: entity });
    expect(created.status).toBe(201);
    expect(created.header('location')).toBe(`/api/v1/admin${one}`);
    expect(created.body).toMatchObject({ version: 2, item: entity });

    const read = await admin.request('GET', one);
    expect(read.header('etag')).toBe('"2"');
    expect(read.body).toEqual(created.body);

    const replaced = await admin.request('PUT', one, { body: changed });
    expect(replaced).toMatchObject({ status: 200, body: { version: 3, item: changed } });
    expect((await admin.request('GET', one)).body).toEqual(replaced.body);

    const removed = await admin.request('DELETE', one);
    expect(removed).toMatchObject({ status: 200, body: { version: 4 } });
    expect((await admin.request('GET', one)).status).toBe(404);
  });

  it('all are listed with the version they are of', async () => {
    const { body } = await admin.request('PUT', one, { body: entity });
    const answer = await admin.request('GET', list);
    expect(answer.header('etag')).toBe('"2"');
    expect(answer.body).toMatchObject({ version: 2 });
    expect(answer.body.items).toContainEqual(body.item);
  });

  it('one that is not there is created by PUT', async () => {
    const answer = await admin.request('PUT', one, { body: entity });
    expect(answer).toMatchObject({ status: 201, body: { version: 2, item: entity } });
    expect(answer.header('location')).toBe(`/api/v1/admin${one}`);
  });

  it('the same again makes no version', async () => {
    await admin.request('PUT', one, { body: entity });
    const answer = await admin.request('PUT', one, { body: entity });
    expect(answer).toMatchObject({ status: 200, body: { version: 2 } });
  });

  it('a second of the same name is refused, with the first', async () => {
    await admin.request('POST', list, { body: entity });
    const answer = await admin.request('POST', list, { body: changed });
    expect(answer.status).toBe(409);
    expect(answer.body).toMatchObject({ version: 2, current: entity, changes: [] });
    expect((await admin.request('GET', one)).body).toMatchObject({ version: 2, item: entity });
  });

  it('a faulty one is refused with the path of the fault', async () => {
    for (const [method, path] of [
      ['POST', list],
      ['PUT', one],
    ] as const) {
      const answer = await admin.request(method, path, { body: wrong });
      expect(answer.status).toBe(400);
      expect(answer.body.errors).toContainEqual({ path: fault, message: expect.any(String) });
    }
    expect((await admin.request('GET', one)).status).toBe(404);
  });

  it('one of another name than its path is refused', async () => {
    const body = { ...entity, name: 'other' };
    const answer = await admin.request('PUT', one, { body });
    expect(answer.status).toBe(400);
    expect(answer.body.errors).toMatchObject([{ path: 'name' }]);
  });

  it('none of these names is there', async () => {
    for (const missing of ['nothing', 'constructor', '__proto__', '%20', 'x'.repeat(300)]) {
      expect((await admin.request('GET', `${list}/${missing}`)).status).toBe(404);
      expect((await admin.request('DELETE', `${list}/${missing}`)).status).toBe(404);
    }
  });

  it('other methods are refused', async () => {
    const answer = await admin.request('PATCH', one, { body: {} });
    expect([answer.status, answer.header('allow')]).toEqual([
      405,
      'GET, PUT, DELETE, HEAD, OPTIONS',
    ]);
  });
});

describe('what something refers to', () => {
  it.each([
    ['/tiers/gold', 'clients[acme].tier'],
    ['/clients/acme', 'keys[abcdefghijkl].client'],
    ['/upstreams/backend', 'routes[api].upstream'],
  ])('is not removed: %s', async (path, referrer) => {
    admin = await adminGateway({
      configuration: {
        tiers: [{ name: 'gold' }],
        clients: [{ name: 'acme', tier: 'gold' }],
        keys: [
          {
            id: 'abcdefghijkl',
            client: 'acme',
            hash: '0'.repeat(64),
            created_at: '2030-01-01T00:00:00Z',
          },
        ],
        upstreams: [{ name: 'backend', targets: [{ url: 'http://127.0.0.1:8' }] }],
        routes: [{ name: 'api', upstream: 'backend' }],
      },
    });
    const answer = await admin.request('DELETE', path);
    expect(answer.status).toBe(400);
    expect(answer.body.errors).toMatchObject([{ path: referrer }]);
    expect((await admin.request('GET', path)).status).toBe(200);
  });
});

describe('a client whose keys are all revoked', () => {
  it('is removed, and its keys with it', async () => {
    const key = {
      id: 'abcdefghijkl',
      client: 'acme',
      hash: '0'.repeat(64),
      created_at: '2030-01-01T00:00:00Z',
      revoked_at: '2030-01-02T00:00:00Z',
    };
    admin = await adminGateway({ configuration: { clients: [{ name: 'acme' }], keys: [key] } });
    expect((await admin.request('DELETE', '/clients/acme')).status).toBe(200);
    expect((await admin.request('GET', '/keys')).body.items).toEqual([]);
    const { body } = await admin.request('GET', '/versions?limit=1');
    expect(body.items).toMatchObject([{ changes: [{ kind: 'clients' }, { kind: 'keys' }] }]);
  });
});

describe('the history', () => {
  it('names author and reason of a change', async () => {
    await admin.request('POST', '/tiers?comment=for%20the%20big%20ones', {
      body: { name: 'gold' },
      headers: { 'x-floodgate-author': 'ann' },
    });
    const { body } = await admin.request('GET', '/versions?limit=1');
    expect(body.items).toMatchObject([
      {
        version: 2,
        author: 'ann',
        comment: 'for the big ones',
        changes: [{ kind: 'tiers', id: 'gold', before: null, after: { name: 'gold' } }],
      },
    ]);
  });

  it.each(['x'.repeat(501), 'a%00b'])('takes no reason like %s', async (comment) => {
    const answer = await admin.request('POST', `/tiers?comment=${comment}`, {
      body: { name: 'gold' },
    });
    expect(answer.status).toBe(400);
    expect(answer.body.errors).toMatchObject([{ path: 'query.comment' }]);
  });
});
