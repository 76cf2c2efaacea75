import { beforeEach, describe, expect, it } from 'vitest';
import { type AdminGateway, adminGateway } from './admin-gateway';

let admin: AdminGateway;
beforeEach(async () => {
  admin = await adminGateway({
    configuration: { tiers: [{ name: 'gold' }, { name: 'free' }] },
  });
});

const put = (name: string, description: string, version?: string, author = 'ann') =>
  admin.request('PUT', `/tiers/${name}`, {
    body: { name, description },
    headers: { 'if-match': version, 'x-floodgate-author': author },
  });

describe('two editors of the same', () => {
  it('are told of each other: the second gets what changed, and nothing is lost', async () => {
    await put('gold', 'by ann', '"1"');
    await put('gold', 'by ann again', '"2"');
    const answer = await put('gold', 'by bob', '"1"', 'bob');
    expect(answer.status).toBe(409);
    expect(answer.body).toMatchObject({
      version: 3,
      current: { name: 'gold', description: 'by ann again' },
      changes: [
        {
          version: 2,
          author: 'ann',
          changes: [{ before: { description: '' }, after: { description: 'by ann' } }],
        },
        {
          version: 3,
          changes: [{ before: { description: 'by ann' }, after: { description: 'by ann again' } }],
        },
      ],
    });
    expect((await put('gold', 'by bob', '"3"', 'bob')).status).toBe(200);
  });

  it('are told when one removed it', async () => {
    await admin.request('DELETE', '/tiers/gold');
    const answer = await put('gold', 'by bob', '"1"');
    expect(answer.status).toBe(409);
    expect(answer.body).toMatchObject({ version: 2, current: null, changes: [{ version: 2 }] });
  });

  it('cannot remove what the other has changed', async () => {
    await put('gold', 'by ann');
    const headers = { 'if-match': '"1"' };
    expect((await admin.request('DELETE', '/tiers/gold', { headers })).status).toBe(409);
  });

  it('see of a large change only what is theirs', async () => {
    const body = { tiers: [{ name: 'gold', description: 'imported' }, { name: 'new' }] };
    await admin.request('PUT', '/configuration', { body });
    const answer = await put('gold', 'by bob', '"1"');
    expect(answer.body).toMatchObject({ changes: [{ changes: [{ id: 'gold' }] }] });
    expect(answer.body).not.toMatchObject({ changes: [{ changes: [{}, {}] }] });
  });
});

it('lets editors of different things both save', async () => {
  expect((await put('gold', 'by ann', '"1"')).status).toBe(200);
  expect((await put('free', 'by bob', '"1"')).status).toBe(200);
});

it('overwrites what others did for whoever does not say what they have seen', async () => {
  await put('gold', 'by ann');
  expect((await put('gold', 'by bob')).status).toBe(200);
  expect((await put('gold', 'by carl', '*')).status).toBe(200);
});

it('takes the weak form of a version that compressing proxies make', async () => {
  await put('gold', 'by ann');
  expect((await put('gold', 'by bob', 'W/"1"')).status).toBe(409);
});

it('refuses a version that is not there yet', async () => {
  const answer = await put('gold', 'by bob', '"9"');
  expect(answer).toMatchObject({ status: 409, body: { version: 1, changes: [] } });
});

it.each(['1', '"x"', '"-1"', '"1", "2"', '"1e3"', '""'])(
  'does not understand the version %s',
  async (version) => {
    const answer = await put('gold', 'by bob', version);
    expect(answer.status).toBe(400);
    expect(answer.body.errors).toMatchObject([{ path: 'header.if-match' }]);
  },
);
