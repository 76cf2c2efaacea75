import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { readConfig, variableNames } from '../../lib/config';
import { readDockerfile } from './dockerfile';
import { isInRepository, textOf } from './repository';

const mount = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat());

/** The fields of the Compose Specification that we use; any other is a mistake. */
const serviceSchema = z.strictObject({
  build: z.literal('.').optional(),
  image: z.string().optional(),
  restart: z.literal('unless-stopped'),
  command: z.array(z.string()).optional(),
  user: z.string().optional(),
  depends_on: z
    .record(z.string(), z.strictObject({ condition: z.literal('service_healthy') }))
    .default({}),
  environment: z.record(z.string(), z.string().nullable()).default({}),
  healthcheck: z
    .strictObject({
      test: z.tuple([z.literal('CMD'), z.string()], z.string()),
      interval: z.string(),
      timeout: z.string(),
      start_period: z.string(),
      retries: z.int(),
    })
    .optional(),
  ports: z.array(z.string()).default([]),
  networks: z.array(z.string()).default(['default']),
  volumes: z.array(z.string()).default([]),
  read_only: z.literal(true),
  tmpfs: mount.default([]),
  cap_drop: z.tuple([z.literal('ALL')]),
  security_opt: z.tuple([z.literal('no-new-privileges:true')]),
  mem_limit: z.string().regex(/^\d+m$/),
});

const composeSchema = z.strictObject({
  name: z.string(),
  services: z.record(z.string(), serviceSchema),
  networks: z.record(z.string(), z.strictObject({ internal: z.boolean() })),
  volumes: z.record(z.string(), z.null()).default({}),
});

/** As Compose reads it while the shell and .env set nothing. */
function interpolated(text: string): string {
  return text.replace(/\$\{[A-Z_]+:-([^}]*)\}/g, '$1');
}

const compose = composeSchema.parse(parse(interpolated(textOf('compose.yaml'))));
const services = Object.entries(compose.services);
const { app, redis, postgres } = compose.services;

/** What compose.yaml itself sets for the app. */
function appConfig() {
  const set = Object.entries(app?.environment ?? {}).filter(([, value]) => value !== null);
  return readConfig({ NODE_ENV: 'test', ...Object.fromEntries(set) });
}

describe('compose.yaml', () => {
  it('runs the image built here, Redis and PostgreSQL', () => {
    expect(services.map(([name]) => name).sort()).toEqual(['app', 'postgres', 'redis']);
    expect(app?.build).toBe('.');
    expect(isInRepository('Dockerfile')).toBe(true);
  });

  it('pins the images it pulls', () => {
    const images = services.flatMap(([, { image }]) => image ?? []);
    expect(images).not.toEqual([]);
    for (const image of images) expect(image).toMatch(/:\d+(?:\.\d+)*(?:-[a-z]+)?$/);
  });

  it('names only services, networks and volumes that exist', () => {
    const networks = ['default', ...Object.keys(compose.networks)];
    for (const [, service] of services) {
      expect(networks).toEqual(expect.arrayContaining(service.networks));
      expect(Object.keys(compose.services)).toEqual(
        expect.arrayContaining(Object.keys(service.depends_on)),
      );
      const volumes = service.volumes.map((volume) => volume.split(':')[0]);
      expect(Object.keys(compose.volumes)).toEqual(expect.arrayContaining(volumes));
    }
  });

  it('waits for a Redis and a PostgreSQL that say they are healthy', () => {
    const condition = 'service_healthy';
    expect(app?.depends_on).toEqual({ redis: { condition }, postgres: { condition } });
    expect(redis?.healthcheck?.test.slice(1)).toEqual(['redis-cli', '-e', 'ping']);
    // By the socket it would say so while the database is still being made.
    expect(postgres?.healthcheck?.test.slice(1, 4)).toEqual(['pg_isready', '--host', '127.0.0.1']);
  });

  it("checks the app's health by its image", () => {
    const built = readDockerfile(textOf('Dockerfile')).at(-1)?.instructions ?? [];
    expect(built.map(({ name }) => name)).toContain('HEALTHCHECK');
  });

  it('publishes the port of the app, and no other', () => {
    const { PORT } = readConfig({ NODE_ENV: 'test' });
    expect(services.flatMap(([, { ports }]) => ports)).toEqual([`${PORT}:${PORT}`]);
  });

  it.each([
    ['Redis', redis],
    ['PostgreSQL', postgres],
  ])('keeps %s where only the app reaches it', (_, store) => {
    const networks = store?.networks ?? [];
    expect(networks.map((name) => compose.networks[name]?.internal)).toEqual([true]);
    const neighbours = services.filter(([, service]) =>
      service.networks.includes(networks[0] ?? ''),
    );
    expect(neighbours.map(([, service]) => service)).toEqual([app, store]);
  });

  it('runs every pulled image as somebody who is not root', () => {
    const users = services.flatMap(([, { image, user }]) => (image === undefined ? [] : [user]));
    expect(users).toEqual(['redis', 'postgres']);
  });

  it('gives the app an environment it accepts, which names the Redis service', () => {
    expect(variableNames).toEqual(expect.arrayContaining(Object.keys(app?.environment ?? {})));
    const { REDIS_URL } = appConfig();
    expect(Object.keys(compose.services)).toContain(new URL(REDIS_URL ?? '').hostname);
  });

  it('names the PostgreSQL service to the app, with the user, password and database it makes', () => {
    const { hostname, username, password, pathname } = new URL(appConfig().DATABASE_URL ?? '');
    expect(compose.services).toHaveProperty(hostname);
    expect(postgres?.environment).toEqual({
      POSTGRES_USER: username,
      POSTGRES_PASSWORD: password,
      POSTGRES_DB: pathname.slice(1),
    });
  });

  it('takes the secrets of the app from outside', () => {
    const secrets = variableNames.filter((name) => /TOKEN|SECRET/.test(name));
    expect(app?.environment).toMatchObject(Object.fromEntries(secrets.map((name) => [name, null])));
  });

  it('keeps what PostgreSQL and the app write', () => {
    // Where postgres images from 18 on declare their volume.
    expect(postgres?.volumes).toEqual(['postgres:/var/lib/postgresql']);
    const last = readDockerfile(textOf('Dockerfile')).at(-1)?.instructions ?? [];
    const declared = last.filter(({ name }) => name === 'VOLUME').map(({ rest }) => rest);
    expect(app?.volumes.map((volume) => volume.split(':')[1])).toEqual(declared);
  });

  it('trusts nobody to tell who a client is', () => {
    expect(app?.environment).not.toHaveProperty('TRUSTED_PROXIES');
  });

  it('lets Redis neither forget a client nor write to disk', () => {
    const command = redis?.command ?? [];
    const option = (name: string) => command[command.indexOf(name) + 1];
    expect(option('--maxmemory-policy')).toBe('noeviction');
    expect(option('--save')).toBe('');
    expect(option('--appendonly')).toBe('no');
    expect(Number.parseInt(option('--maxmemory') ?? '', 10)).toBeLessThan(
      Number.parseInt(redis?.mem_limit ?? '', 10),
    );
  });
});
