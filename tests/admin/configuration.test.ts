import { describe, expect, it } from 'vitest';
import { RepositoryError } from '../../lib/policy';
import { adminGateway } from './admin-gateway';

const limit = { algorithm: 'fixed-window' as const, quota: 5, window_ms: 10_000 };
const key = {
  id: 'abcdefghijkl',
  client: 'acme',
  hash: 'ab'.repeat(32),
  created_at: '2030-01-01T00:00:00Z',
};
const whole = {
  policies: [{ name: 'ping', limits: [limit] }],
  tiers: [{ name: 'gold' }],
  clients: [{ name: 'acme', tier: 'gold' }],
  keys: [key],
};

describe('the whole configuration', () => {
  it('is exported with its version, and imported as it was exported', async () => {
    const source = await adminGateway({ configuration: whole });
    const exported = await source.request('GET', '/configuration');
    expect(exported.header('etag')).toBe('"1"');
    expect(exported.body).toMatchObject({ version: 1, configuration: whole });

    const target = await adminGateway({ configuration: { tiers: [{ name: 'old' }] } });
    const answer = await target.request('PUT', '/configuration', {
      body: exported.body.configuration,
    });
    expect(answer).toMatchObject({ status: 200, body: { version: 2 } });
    const { body } = await target.request('GET', '/configuration');
    expect(body.configuration).toEqual(exported.body.configuration);
  });

  it('is replaced as one version, of which the changes are told without hashes', async () => {
    const admin = await adminGateway({ configuration: { tiers: [{ name: 'old' }] } });
    const { body } = await admin.request('PUT', '/configuration', { body: whole });
    expect(body.changes).toHaveLength(5);
    expect(body.changes).toContainEqual(
      expect.objectContaining({ kind: 'tiers', id: 'old', after: null }),
    );
    expect(JSON.stringify(body)).not.toContain(key.hash);
    const history = await admin.request('GET', '/versions');
    expect(JSON.stringify(history.body)).not.toContain(key.hash);
  });

  it('may name its schema, for editors', async () => {
    const admin = await adminGateway();
    const body = { $schema: './schema.json', ...whole };
    expect((await admin.request('PUT', '/configuration', { body })).status).toBe(200);
    const exported = await admin.request('GET', '/configuration');
    expect(exported.body.configuration).not.toHaveProperty('$schema');
  });

  it('does not make a revoked key valid again', async () => {
    const admin = await adminGateway({ configuration: whole });
    await admin.request('POST', `/keys/${key.id}/revoke`);
    const { body } = await admin.request('PUT', '/configuration', { body: whole });
    expect(body).toMatchObject({ version: 2, changes: [] });
    const read = await admin.request('GET', `/keys/${key.id}`);
    expect(read.body).toMatchObject({ item: { status: 'revoked' } });
  });

  it('is refused with every fault and where it is', async () => {
    const admin = await adminGateway();
    const body = {
      policies: [{ name: 'ping', limits: [{ ...limit, quota: 1.5 }] }],
      clients: [{ name: 'acme', tier: 'nothing' }],
      plans: [],
    };
    const answer = await admin.request('PUT', '/configuration', { body });
    expect(answer.status).toBe(400);
    expect(answer.body.errors).toContainEqual({
      path: 'policies[0].limits[0].quota',
      message: expect.any(String),
    });
    expect(answer.body.errors).toContainEqual({ path: 'plans', message: expect.any(String) });

    const dangling = await admin.request('PUT', '/configuration', {
      body: { clients: [{ name: 'acme', tier: 'nothing' }] },
    });
    expect(dangling.body.errors).toEqual([
      { path: 'clients[0].tier', message: 'there is no tier nothing' },
    ]);
    expect((await admin.request('GET', '/configuration')).body.version).toBe(1);
  });

  it('does not bring back a key that is removed meanwhile', async () => {
    let meanwhile = async () => {};
    const admin = await adminGateway({
      configuration: whole,
      around: (inner) => ({
        ...inner,
        async since(version) {
          const records = await inner.since(version);
          await meanwhile();
          return records;
        },
      }),
    });
    meanwhile = async () => {
      const edits = () => [{ kind: 'keys' as const, id: key.id, after: null }];
      await admin.repository.commit({ author: 'ann', comment: '', edits });
    };
    const body = { ...whole, tiers: [...whole.tiers, { name: 'silver' }] };
    const answer = await admin.request('PUT', '/configuration', { body });
    expect(answer).toMatchObject({ status: 409, body: { version: 2 } });
    expect((await admin.request('GET', `/keys/${key.id}`)).status).toBe(404);
  });

  it('is not replaced under somebody who has changed the same', async () => {
    const admin = await adminGateway({ configuration: whole });
    await admin.request('PUT', '/tiers/gold', { body: { name: 'gold', description: 'new' } });
    const headers = { 'if-match': '"1"' };
    const answer = await admin.request('PUT', '/configuration', { body: whole, headers });
    expect(answer).toMatchObject({
      status: 409,
      body: { version: 2, current: null, changes: [{ version: 2 }] },
    });
  });
});

describe('while the repository is away', () => {
  const away = () => Promise.reject(new RepositoryError('the database does not answer'));
  const open = () =>
    adminGateway({
      configuration: whole,
      around: (repository) => ({
        ...repository,
        commit: away,
        history: away,
        since: away,
        keyUses: away,
      }),
    });

  it.each([
    ['POST', '/tiers', { name: 'silver' }],
    ['PUT', '/tiers/gold', { name: 'gold', description: 'new' }],
    ['DELETE', '/policies/ping', undefined],
    ['PUT', '/configuration', whole],
    ['POST', '/keys', { client: 'acme' }],
    ['POST', `/keys/${key.id}/rotate`, undefined],
    ['POST', `/keys/${key.id}/revoke`, undefined],
    ['POST', '/versions/1/rollback', undefined],
    ['GET', '/versions', undefined],
    ['GET', '/keys', undefined],
  ])('%s %s says so, and when to try again', async (method, path, body) => {
    const admin = await open();
    const answer = await admin.request(method, path, { body });
    expect(answer.status).toBe(503);
    expect(answer.body.detail).toContain('the database does not answer');
    expect(Number(answer.header('retry-after'))).toBeGreaterThan(0);
  });

  it('what is in force can still be read', async () => {
    const admin = await open();
    for (const path of ['/policies', '/tiers/gold', '/configuration', '/session']) {
      expect((await admin.request('GET', path)).status).toBe(200);
    }
  });
});
