import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { readConfig, variableNames } from '../../lib/config';
import { createClientAddressReader } from '../../lib/identity';
import { createMemoryStore } from '../../lib/limiter';
import packageJson from '../../package.json';
import { callTo, gatewayOver } from '../support/gateway';
import schema from './render-blueprint.schema.json';
import { BUILT_SERVER, scriptsRunBy, textOf } from './repository';

const variableSchema = z.object({
  key: z.string(),
  value: z.string().optional(),
  generateValue: z.literal(true).optional(),
  fromService: z.object({ type: z.string(), name: z.string(), property: z.string() }).optional(),
  fromDatabase: z.object({ name: z.string(), property: z.string() }).optional(),
});

const blueprintSchema = z.object({
  services: z.tuple([
    z.object({
      type: z.literal('web'),
      buildCommand: z.string(),
      startCommand: z.string(),
      healthCheckPath: z.string(),
      region: z.string().optional(),
      envVars: z.array(variableSchema),
    }),
    z.object({
      type: z.literal('keyvalue'),
      name: z.string(),
      region: z.string().optional(),
      maxmemoryPolicy: z.string(),
      ipAllowList: z.array(z.unknown()),
    }),
  ]),
  databases: z.tuple([
    z.object({
      name: z.string(),
      region: z.string().optional(),
      ipAllowList: z.array(z.unknown()),
    }),
  ]),
});

const document: unknown = parse(textOf('render.yaml'));
const blueprint = blueprintSchema.parse(document);
const [web, store] = blueprint.services;
const [database] = blueprint.databases;
const conforms = new Ajv2020({ allowUnionTypes: true }).compile(schema);

/** What Render puts in the place of a reference, and of a value it makes. */
const RENDERED = {
  store: 'redis://red-d1abcdefghij0123456g:6379',
  database: 'postgresql://floodgate_user:Zq3xk1@dpg-d1abcdefghij0123456g-a/floodgate_configuration',
  generated: 'q7XK0mU0Wn3b8n1o6rPZ2eYtA4hVdJc9sLwGfBzQkE8=',
};

function renderedEnvironment(): Record<string, string> {
  return Object.fromEntries(
    web.envVars.map(({ key, value, fromService, fromDatabase }) => {
      const reference = fromDatabase ? RENDERED.database : RENDERED.generated;
      return [key, value ?? (fromService ? RENDERED.store : reference)];
    }),
  );
}

describe('render.yaml', () => {
  it('has the form that Render specifies', () => {
    conforms(document);
    expect(conforms.errors ?? []).toEqual([]);
  });

  it.each([
    ['the old name of runtime', { env: 'node' }],
    ['the old name of autoDeployTrigger', { autoDeploy: true }],
    ['the old name of keyvalue', { type: 'redis' }],
    ['an unknown plan', { plan: 'huge' }],
    ['a health check that is no path', { healthCheckPath: 'health' }],
    ['a variable without a value', { envVars: [{ key: 'PORT' }] }],
    ['a variable with two values', { envVars: [{ key: 'A', value: '1', generateValue: true }] }],
    ['a half reference', { envVars: [{ key: 'A', fromDatabase: { name: 'floodgate' } }] }],
  ])('would not pass with %s', (_, change) => {
    const service = { ...web, name: 'floodgate', runtime: 'node' };
    expect(conforms({ services: [service] })).toBe(true);
    expect(conforms({ services: [{ ...service, ...change }] })).toBe(false);
  });

  it('builds by scripts that exist, development tools included, lifecycle scripts left out', () => {
    expect(Object.keys(packageJson.scripts)).toEqual(
      expect.arrayContaining(scriptsRunBy(web.buildCommand)),
    );
    expect(web.buildCommand).toBe('npm ci --include=dev --ignore-scripts && npm run build');
  });

  it('starts what the build makes', () => {
    expect(web.startCommand).toBe(`node ${BUILT_SERVER}`);
    expect(BUILT_SERVER).toBe('dist/server.mjs');
    expect(textOf('scripts/build.mjs')).toMatch(/server: 'server\.ts'.*outdir: 'dist'/s);
  });

  it('asks for health where the gateway answers', async () => {
    const reply = await gatewayOver(createMemoryStore()).handle(callTo(web.healthCheckPath));
    expect(reply.status).toBe(200);
  });

  it('sets only variables that Floodgate reads, to values it accepts', () => {
    expect(variableNames).toEqual(expect.arrayContaining(web.envVars.map(({ key }) => key)));
    expect(readConfig({ NODE_ENV: 'test', ...renderedEnvironment() })).toMatchObject({
      REDIS_URL: RENDERED.store,
      DATABASE_URL: RENDERED.database,
      ADMIN_TOKEN: RENDERED.generated,
    });
  });

  it('takes the Redis address from the store it defines, in the same region', () => {
    const references = web.envVars.flatMap(({ fromService }) => fromService ?? []);
    expect(references).toEqual([
      { type: store.type, name: store.name, property: 'connectionString' },
    ]);
    expect(store.region).toBe(web.region);
  });

  it('takes the PostgreSQL address from the database it defines, in the same region', () => {
    const references = web.envVars.flatMap(({ fromDatabase }) => fromDatabase ?? []);
    expect(references).toEqual([{ name: database.name, property: 'connectionString' }]);
    expect(database.region).toBe(web.region);
  });

  it('keeps the database private', () => expect(database.ipAllowList).toEqual([]));

  it('has an admin token made that nobody else knows', () => {
    const generated = web.envVars.filter(({ generateValue }) => generateValue);
    expect(generated.map(({ key }) => key)).toEqual(['ADMIN_TOKEN']);
  });

  it('keeps the store private and its counters unevicted', () => {
    expect(store.ipAllowList).toEqual([]);
    expect(store.maxmemoryPolicy).toBe('noeviction');
  });

  it('holds no secret', () => {
    const written = web.envVars.flatMap(({ key, value }) => (value === undefined ? [] : [key]));
    expect(written.filter((key) => /URL|TOKEN|SECRET|PASSWORD|KEY/.test(key))).toEqual([]);
  });
});

describe('the proxies that render.yaml trusts', () => {
  const clientIp = createClientAddressReader(
    readConfig({ NODE_ENV: 'test', ...renderedEnvironment() }).TRUSTED_PROXIES,
  );
  const clientOf = (peerAddress: string, forwardedFor: string) =>
    clientIp({
      peerAddress,
      header: (name) => (name === 'x-forwarded-for' ? forwardedFor : undefined),
    }).identifier;

  it.each([
    ['a client', '::ffff:10.21.157.68', '203.0.113.9, 172.70.247.28, 10.19.6.53'],
    ['a client whose last proxy writes no address', '10.21.157.68', '203.0.113.9, 104.22.17.40'],
    [
      'a client that claims to be another',
      '::ffff:10.21.157.68',
      '192.0.2.1,203.0.113.9, 172.71.95.118, 10.19.64.237',
    ],
  ])('tell who %s is', (_, peerAddress, forwardedFor) => {
    expect(clientOf(peerAddress, forwardedFor)).toBe('203.0.113.9');
  });

  it('make all of Cloudflare Workers one client, whatever they claim', () => {
    const worker = (claim: string) =>
      clientOf('10.21.157.68', `${claim}, 2a06:98c0:3600::103, 172.70.247.28, 10.19.6.53`);
    expect(worker('192.0.2.1')).toBe(worker('192.0.2.2'));
  });

  it('believe nobody outside', () => {
    expect(clientOf('203.0.113.9', '192.0.2.1')).toBe('203.0.113.9');
  });
});
