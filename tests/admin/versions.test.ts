import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Configuration } from '../../lib/policy';
import { type AdminGateway, adminGateway } from './admin-gateway';

const pageSchema = z.object({
  items: z.array(z.object({ version: z.int(), comment: z.string() })),
  next_before: z.int().nullable(),
});

let admin: AdminGateway;
beforeEach(async () => {
  admin = await adminGateway({
    configuration: { tiers: [{ name: 'gold' }], clients: [{ name: 'acme', tier: 'gold' }] },
  });
});

const describeGold = (description: string) =>
  admin.request('PUT', '/tiers/gold', { body: { name: 'gold', description } });

async function configuration() {
  const { body } = await admin.request('GET', '/configuration');
  return body.configuration as Configuration;
}

describe('the history', () => {
  it('is told in pages, newest first', async () => {
    for (let i = 2; i <= 6; i++) await describeGold(`version ${i}`);
    const versions = [];
    let before: number | null = null;
    do {
      const query: string = before === null ? '' : `&before=${before}`;
      const { body } = await admin.request('GET', `/versions?limit=2${query}`);
      const page = pageSchema.parse(body);
      versions.push(page.items.map(({ version }) => version));
      before = page.next_before;
    } while (before !== null);
    expect(versions).toEqual([
      [6, 5],
      [4, 3],
      [2, 1],
    ]);
  });

  it.each(['limit=0', 'limit=201', 'limit=ten', 'limit=1e2', 'limit=', 'before=x', 'before=-1'])(
    'is not told by %s',
    async (query) => {
      const answer = await admin.request('GET', `/versions?${query}`);
      expect(answer.status).toBe(400);
      expect(answer.body.errors).toMatchObject([{ path: `query.${query.split('=')[0]}` }]);
    },
  );
});

describe('a rollback', () => {
  const rollback = (version: unknown, headers = {}) =>
    admin.request('POST', `/versions/${version}/rollback`, { body: {}, headers });

  it('restores all that was, as a version of its own', async () => {
    const before = await configuration();
    await describeGold('changed');
    await admin.request('POST', '/tiers', { body: { name: 'silver' } });
    await admin.request('DELETE', '/clients/acme');
    const answer = await rollback(1);
    expect(answer.status).toBe(200);
    expect(answer.body.version).toBe(5);
    expect(answer.body.changes).toHaveLength(3);
    expect(answer.body.changes).toContainEqual(
      expect.objectContaining({ kind: 'tiers', id: 'silver', after: null }),
    );
    expect(await configuration()).toEqual(before);
    const { body } = await admin.request('GET', '/versions?limit=1');
    expect(body.items).toMatchObject([{ version: 5, comment: 'Back to version 1' }]);
  });

  it('can itself be rolled back', async () => {
    await describeGold('changed');
    const changed = await configuration();
    await rollback(1);
    await rollback(2);
    expect(await configuration()).toEqual(changed);
  });

  it('to the present changes nothing', async () => {
    await describeGold('changed');
    expect(await rollback(2)).toMatchObject({ status: 200, body: { version: 2, changes: [] } });
  });

  it('never makes a key valid again', async () => {
    const issue = () => admin.request('POST', '/keys', { body: { client: 'acme' } });
    const { item } = z.object({ item: z.object({ id: z.string() }) }).parse((await issue()).body);
    await admin.request('POST', `/keys/${item.id}/revoke`);
    const { body } = await rollback(2);
    expect(JSON.stringify(body)).not.toContain('"hash"');
    const key = await admin.request('GET', `/keys/${item.id}`);
    expect(key.body).toMatchObject({ item: { status: 'revoked' } });
  });

  it.each([99, 0, -1, 'x', '1.5', '1e1', '9'.repeat(20)])(
    'to version %s is to nowhere',
    async (version) => {
      expect((await rollback(version)).status).toBe(404);
    },
  );

  it('does not take back what somebody else does meanwhile', async () => {
    let meanwhile: () => Promise<unknown> = async () => {};
    admin = await adminGateway({
      configuration: { tiers: [{ name: 'gold' }] },
      around: (inner) => ({
        ...inner,
        async since(version) {
          const records = await inner.since(version);
          await meanwhile();
          return records;
        },
      }),
    });
    await describeGold('changed');
    meanwhile = () => describeGold('meanwhile');
    expect(await rollback(1)).toMatchObject({ status: 409, body: { changes: [{ version: 3 }] } });
    const { body } = await admin.request('GET', '/tiers/gold');
    expect(body.item).toMatchObject({ description: 'meanwhile' });
  });

  it('is refused to whoever has not seen what it takes back', async () => {
    await describeGold('changed');
    await describeGold('changed again');
    const answer = await rollback(1, { 'if-match': '"2"' });
    expect(answer).toMatchObject({
      status: 409,
      body: { current: null, changes: [{ version: 3 }] },
    });
    expect((await rollback(1, { 'if-match': '"3"' })).status).toBe(200);
  });
});
