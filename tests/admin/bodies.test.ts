import { beforeEach, describe, expect, it } from 'vitest';
import { type AdminGateway, adminGateway } from './admin-gateway';

let admin: AdminGateway;
beforeEach(async () => {
  admin = await adminGateway();
});

const MEBIBYTE = 1_048_576;
const tier = (length: number) => `{"name":"gold"}${' '.repeat(length - 15)}`;

describe('a body', () => {
  it.each(['application/json', 'application/json; charset=utf-8', 'Application/JSON ;a=b'])(
    'is taken as %s',
    async (type) => {
      const headers = { 'content-type': type };
      const answer = await admin.request('POST', '/tiers', { text: '{"name":"gold"}', headers });
      expect(answer.status).toBe(201);
    },
  );

  it.each([
    undefined,
    '',
    'text/plain',
    'text/plain;application/json',
    'application/json5',
    'application/jsonp',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
  ])('is refused as %j', async (type) => {
    const headers = { 'content-type': type };
    const answer = await admin.request('POST', '/tiers', { text: '{"name":"gold"}', headers });
    expect(answer.status).toBe(415);
  });

  it.each([
    '',
    '{',
    '{"name":}',
    "{'name': 'gold'}",
    '{"name":"gold"} {}',
    '\ufeff{"name":"gold"}',
    '{"name":"gold","name2":1e999}',
    `${'['.repeat(100_000)}${']'.repeat(100_000)}`,
    `{"name":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
  ])('is refused as bad input: %.30s', async (text) => {
    const headers = { 'content-type': 'application/json' };
    const answer = await admin.request('POST', '/tiers', { text, headers });
    expect(answer.status).toBe(400);
    expect(answer.body.errors).toMatchObject([{ path: expect.any(String) }]);
  });

  it.each(['[]', 'null', '"gold"', '5', '[{"name":"gold"}]'])(
    'is refused as a whole: %s',
    async (text) => {
      const answer = await admin.request('POST', '/tiers', { text });
      expect(answer.status).toBe(400);
      expect(answer.body.errors).toMatchObject([{ path: '' }]);
    },
  );

  it.each(['__proto__', 'constructor', 'prototype', 'toString'])(
    'may not bring a member %s',
    async (member) => {
      const text = `{"name":"gold","${member}":{"isAdmin":true}}`;
      const answer = await admin.request('POST', '/tiers', { text });
      expect(answer.status).toBe(400);
      expect(answer.body.errors).toMatchObject([{ path: member }]);
      expect({}).not.toHaveProperty('isAdmin');
    },
  );

  it('is at most 1 MiB', async () => {
    expect((await admin.request('POST', '/tiers', { text: tier(MEBIBYTE + 1) })).status).toBe(413);
    expect((await admin.request('POST', '/tiers', { text: tier(MEBIBYTE) })).status).toBe(201);
  });

  it('of a whole configuration is at most 64 MiB', async () => {
    const text = (length: number) => `{}${' '.repeat(length - 2)}`;
    const put = (length: number) => admin.request('PUT', '/configuration', { text: text(length) });
    expect((await put(64 * MEBIBYTE + 1)).status).toBe(413);
    expect((await put(64 * MEBIBYTE)).status).toBe(200);
  });

  it('that breaks off is bad input, and no fault of ours', async () => {
    const answer = await admin.request('POST', '/tiers', {
      headers: { 'content-type': 'application/json' },
      receive: () => Promise.reject(new Error('aborted')),
    });
    expect(answer.status).toBe(400);
    expect(answer.body.errors).toEqual([{ path: '', message: 'the body broke off' }]);
  });

  it('is not read of somebody who may not send it', async () => {
    const headers = { authorization: undefined };
    const answer = await admin.request('POST', '/tiers', { text: tier(2 * MEBIBYTE), headers });
    expect(answer.status).toBe(401);
  });
});
