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

const compose = composeSchema.parse(parse(textOf('compose.yaml')));
const services = Object.entries(compose.services);
const app = compose.services.app;
const redis = compose.services.redis;

describe('compose.yaml', () => {
  it('runs the image built here, and Redis', () => {
    expect(services.map(([name]) => name).sort()).toEqual(['app', 'redis']);
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

  it('waits for a Redis that says it is healthy', () => {
    expect(app?.depends_on).toEqual({ redis: { condition: 'service_healthy' } });
    expect(redis?.healthcheck?.test.slice(1)).toEqual(['redis-cli', '-e', 'ping']);
  });

  it("checks the app's health by its image", () => {
    const built = readDockerfile(textOf('Dockerfile')).at(-1)?.instructions ?? [];
    expect(built.map(({ name }) => name)).toContain('HEALTHCHECK');
  });

  it('publishes the port of the app, and no other', () => {
    const { PORT } = readConfig({ NODE_ENV: 'test' });
    expect(services.flatMap(([, { ports }]) => ports)).toEqual([`${PORT}:${PORT}`]);
  });

  it('keeps Redis where only the app reaches it', () => {
    expect(redis?.networks.map((name) => compose.networks[name]?.internal)).toEqual([true]);
    expect(app?.networks).toEqual(expect.arrayContaining(redis?.networks ?? []));
  });

  it('gives the app an environment it accepts, which names the Redis service', () => {
    const environment = app?.environment ?? {};
    expect(variableNames).toEqual(expect.arrayContaining(Object.keys(environment)));
    const given = Object.entries(environment).filter(([, value]) => value !== null);
    const { REDIS_URL } = readConfig({ NODE_ENV: 'test', ...Object.fromEntries(given) });
    expect(Object.keys(compose.services)).toContain(new URL(REDIS_URL ?? '').hostname);
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
