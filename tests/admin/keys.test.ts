import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { hashSecret, parseApiKey } from '../../lib/identity/api-key';
import { type AdminGateway, adminGateway } from './admin-gateway';

const issuedSchema = z.object({
  version: z.int(),
  key: z.string(),
  item: z.object({ id: z.string(), prefix: z.string(), created_at: z.string() }).loose(),
});

let admin: AdminGateway;
beforeEach(async () => {
  admin = await adminGateway({
    configuration: {
      tiers: [{ name: 'gold' }],
      clients: [{ name: 'acme' }, { name: 'other' }],
    },
  });
});

const at = (offsetMs: number) => new Date(admin.clock.nowMs + offsetMs).toISOString();

async function issue(body: object = { client: 'acme' }) {
  const answer = await admin.request('POST', '/keys', { body });
  expect(answer.status).toBe(201);
  return issuedSchema.parse(answer.body);
}

async function read(id: string) {
  const { body } = await admin.request('GET', `/keys/${id}`);
  return z.object({ item: z.record(z.string(), z.unknown()) }).parse(body).item;
}

/** Everything the API says that could hold a secret. */
async function everythingTold(): Promise<string> {
  const answers = await Promise.all(
    ['/keys', '/versions', '/clients'].map((path) => admin.request('GET', path)),
  );
  return JSON.stringify(answers.map(({ body }) => body));
}

describe('issuing a key', () => {
  it('shows it once, and then only its beginning', async () => {
    const body = {
      client: 'acme',
      description: 'for the app',
      tier: 'gold',
      expires_at: at(60_000),
    };
    const { key, item } = await issue(body);
    const parts = parseApiKey(key);
    expect(parts?.id).toBe(item.id);
    expect(item).toEqual({
      ...body,
      id: item.id,
      prefix: `fg_${item.id}`,
      created_at: at(0),
      revoked_at: null,
      last_used_at: null,
      status: 'active',
    });
    expect(await read(item.id)).toEqual(item);
    const told = await everythingTold();
    expect(told).toContain(item.id);
    expect(told).not.toContain(parts?.secret);
  });

  it('keeps its hash, which no answer but the export shows', async () => {
    const { key } = await issue();
    const hash = hashSecret(parseApiKey(key)?.secret ?? '');
    expect(await everythingTold()).not.toContain(hash);
    const { body } = await admin.request('GET', '/configuration');
    expect(body).toMatchObject({ configuration: { keys: [{ hash }] } });
  });

  it('says where it can be read', async () => {
    const answer = await admin.request('POST', '/keys', { body: { client: 'acme' } });
    const { item } = issuedSchema.parse(answer.body);
    expect(answer.header('location')).toBe(`/api/v1/admin/keys/${item.id}`);
  });

  it.each([
    [{}, 'client'],
    [{ client: 'nobody' }, 'client'],
    [{ client: 'acme', tier: 'silver' }, 'tier'],
    [{ client: 'acme', expires_at: 'tomorrow' }, 'expires_at'],
    [{ client: 'acme', expires_at: '2020-01-01T00:00:00Z' }, 'expires_at'],
    [{ client: 'acme', description: 'x'.repeat(501) }, 'description'],
    [{ client: 'acme', hash: '0'.repeat(64) }, 'hash'],
    [{ client: 'acme', id: 'abcdefghijkl' }, 'id'],
    [{ client: 'acme', created_at: '2020-01-01T00:00:00Z' }, 'created_at'],
  ])('is refused for %j', async (body, path) => {
    const answer = await admin.request('POST', '/keys', { body });
    expect(answer.status).toBe(400);
    expect(answer.body.errors).toMatchObject([{ path }]);
    expect((await admin.request('GET', '/keys')).body.items).toEqual([]);
  });
});

describe('listing keys', () => {
  it('tells which are in use, expired and revoked', async () => {
    const active = await issue();
    const expiring = await issue({ client: 'acme', expires_at: at(1_000) });
    const revoked = await issue({ client: 'other' });
    await admin.request('POST', `/keys/${revoked.item.id}/revoke`);
    admin.clock.nowMs += 1_000;
    const { body } = await admin.request('GET', '/keys');
    expect(body.items).toMatchObject([
      { id: active.item.id, status: 'active' },
      { id: expiring.item.id, status: 'expired' },
      { id: revoked.item.id, status: 'revoked' },
    ]);
  });

  it('tells when they were last used, here or on another replica', async () => {
    const [here, elsewhere, never] = [await issue(), await issue(), await issue()];
    admin.keyUses.set(here.item.id, Date.parse(at(-1_000)));
    await admin.repository.noteKeyUses(
      new Map([
        [here.item.id, Date.parse(at(-5_000))],
        [elsewhere.item.id, Date.parse(at(-2_000))],
      ]),
    );
    const { body } = await admin.request('GET', '/keys');
    expect(body.items).toMatchObject([
      { last_used_at: at(-1_000) },
      { last_used_at: at(-2_000) },
      { id: never.item.id, last_used_at: null },
    ]);
  });

  it('finds no key of another id', async () => {
    for (const id of ['abcdefghijkl', 'constructor', '__proto__']) {
      expect((await admin.request('GET', `/keys/${id}`)).status).toBe(404);
    }
  });
});

describe('rotating a key', () => {
  const rotate = (id: string, body?: object) =>
    admin.request('POST', `/keys/${id}/rotate`, body && { body });

  it('makes another with the same rights, and ends the old one a day later', async () => {
    const old = await issue({ client: 'acme', tier: 'gold', description: 'for the app' });
    const answer = await rotate(old.item.id);
    expect(answer.status).toBe(201);
    const { item, key } = issuedSchema.parse(answer.body);
    expect(key).not.toBe(old.key);
    expect(parseApiKey(key)?.id).toBe(item.id);
    expect(item).toMatchObject({
      client: 'acme',
      tier: 'gold',
      description: 'for the app',
      expires_at: null,
    });
    expect(answer.body.replaced).toMatchObject({
      id: old.item.id,
      status: 'active',
      expires_at: at(86_400_000),
    });
    expect(answer.body.version).toBe(old.version + 1);

    admin.clock.nowMs += 86_400_000;
    expect(await read(old.item.id)).toMatchObject({ status: 'expired' });
    expect(await read(item.id)).toMatchObject({ status: 'active' });
  });

  it('can end the old one at once', async () => {
    const old = await issue();
    const { body } = await rotate(old.item.id, { overlap_seconds: 0 });
    expect(body.replaced).toMatchObject({ status: 'expired', expires_at: at(0) });
  });

  it('never makes a key last longer than it was to', async () => {
    const expires_at = at(3_600_000);
    const old = await issue({ client: 'acme', expires_at });
    const { body } = await rotate(old.item.id, { overlap_seconds: 86_400 });
    expect(body).toMatchObject({ item: { expires_at }, replaced: { expires_at } });
  });

  it('keeps the secret out of everything else', async () => {
    const old = await issue();
    const { key } = issuedSchema.parse((await rotate(old.item.id)).body);
    const secret = parseApiKey(key)?.secret ?? '';
    const told = await everythingTold();
    expect(told).not.toContain(secret);
    expect(told).not.toContain(hashSecret(secret));
  });

  it.each([-1, 0.5, 2_592_001, '60', null])(
    'is refused with an overlap of %j s',
    async (overlap) => {
      const { item } = await issue();
      const answer = await rotate(item.id, { overlap_seconds: overlap });
      expect(answer.status).toBe(400);
      expect(answer.body.errors).toMatchObject([{ path: 'overlap_seconds' }]);
    },
  );

  it('is refused for one that is of no use any more', async () => {
    const revoked = await issue();
    await admin.request('POST', `/keys/${revoked.item.id}/revoke`);
    const expired = await issue({ client: 'acme', expires_at: at(1_000) });
    admin.clock.nowMs += 1_000;
    expect((await rotate(revoked.item.id)).body.errors).toMatchObject([
      { path: 'path.id', message: 'this key is revoked; issue a new one' },
    ]);
    expect((await rotate(expired.item.id)).body.errors).toMatchObject([
      { message: 'this key is expired; issue a new one' },
    ]);
    expect((await rotate('abcdefghijkl')).status).toBe(404);
    expect((await admin.request('GET', '/keys')).body.items).toHaveLength(2);
  });
});

describe('revoking a key', () => {
  it('ends it now, and does so once', async () => {
    const { item } = await issue();
    const revoke = () => admin.request('POST', `/keys/${item.id}/revoke`, { body: {} });
    const first = await revoke();
    expect(first).toMatchObject({
      status: 200,
      body: { version: 3, item: { id: item.id, status: 'revoked', revoked_at: at(0) } },
    });
    admin.clock.nowMs += 5_000;
    expect((await revoke()).body).toEqual(first.body);
  });

  it('needs no body, and takes none with members', async () => {
    const { item } = await issue();
    const path = `/keys/${item.id}/revoke`;
    expect((await admin.request('POST', path, { body: { at: 'once' } })).status).toBe(400);
    expect((await admin.request('POST', path)).status).toBe(200);
    expect((await admin.request('POST', '/keys/abcdefghijkl/revoke')).status).toBe(404);
  });

  it('is refused to an editor who has not seen the last change of it', async () => {
    const { item, version } = await issue();
    await admin.request('POST', `/keys/${item.id}/rotate`);
    const answer = await admin.request('POST', `/keys/${item.id}/revoke`, {
      headers: { 'if-match': `"${version}"` },
    });
    expect(answer.status).toBe(409);
    expect(answer.body).toMatchObject({ current: { id: item.id } });
    expect(JSON.stringify(answer.body)).not.toContain('"hash"');
  });
});
