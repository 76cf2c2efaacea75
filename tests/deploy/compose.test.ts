import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { readConfig, variableNames } from '../../lib/config';
import { createClientAddressReader } from '../../lib/identity';
import { readDockerfile } from './dockerfile';
import { isInRepository, ROOT, textOf } from './repository';

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
  profiles: z.tuple([z.literal('observability')]).optional(),
  stop_grace_period: z
    .string()
    .regex(/^\d+s$/)
    .optional(),
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

/** Extensions are templates for what is checked where it is used. */
function withoutExtensions(document: unknown): unknown {
  const entries = Object.entries(Object(document));
  return Object.fromEntries(entries.filter(([name]) => !name.startsWith('x-')));
}

/** As Compose reads it while the shell and .env set nothing. */
function interpolated(text: string): string {
  return text.replace(/\$\{[A-Z_]+:-([^}]*)\}/g, '$1');
}

const document: unknown = parse(interpolated(textOf('compose.yaml')), { merge: true });
const compose = composeSchema.parse(withoutExtensions(document));
const services = Object.entries(compose.services);
const { nginx, redis, postgres } = compose.services;
const named = (pattern: RegExp) => services.filter(([name]) => pattern.test(name));
const gateways = named(/^gateway-\d$/);
const backends = named(/^backend-\d$/);
const namesOf = (some: typeof services) => some.map(([name]) => name);

/** What compose.yaml itself sets for a service, as the gateway reads it. */
function configOf({ environment }: (typeof services)[number][1]) {
  const set = Object.entries(environment).filter(([, value]) => value !== null);
  return readConfig({ NODE_ENV: 'test', ...Object.fromEntries(set) });
}

/** deploy/nginx.conf as nginx gets it. */
function nginxConfiguration(values: Readonly<Record<string, string | null>>): string {
  return textOf('deploy/nginx.conf').replace(
    /\$\{([A-Z0-9_]+)\}/g,
    (whole, name: string) => values[name] ?? whole,
  );
}

describe('compose.yaml', () => {
  it('runs nginx, three gateways, three backends, Redis and PostgreSQL', () => {
    expect(namesOf(gateways)).toEqual(['gateway-1', 'gateway-2', 'gateway-3']);
    expect(namesOf(backends)).toEqual(['backend-1', 'backend-2', 'backend-3']);
    const always = services.filter(([, { profiles }]) => profiles === undefined);
    expect(always).toHaveLength(9);
    expect(namesOf(always)).toEqual(expect.arrayContaining(['nginx', 'redis', 'postgres']));
  });

  it('runs Prometheus and Grafana only where they are asked for', () => {
    const others = services.filter(([, { profiles }]) => profiles !== undefined);
    expect(namesOf(others)).toEqual(['prometheus', 'grafana']);
    for (const [, { depends_on }] of services.filter(([, { profiles }]) => profiles === undefined))
      expect(Object.keys(depends_on)).not.toEqual(
        expect.arrayContaining([expect.stringMatching(/^(?:prometheus|grafana)$/)]),
      );
  });

  it('lets whoever reaches Grafana look, and nobody sign in: it has no password to know', () => {
    const environment = compose.services.grafana?.environment ?? {};
    expect(environment).toMatchObject({
      GF_AUTH_ANONYMOUS_ENABLED: 'true',
      GF_AUTH_ANONYMOUS_ORG_ROLE: 'Viewer',
      GF_AUTH_BASIC_ENABLED: 'false',
      GF_AUTH_DISABLE_LOGIN_FORM: 'true',
      GF_SECURITY_DISABLE_INITIAL_ADMIN_CREATION: 'true',
    });
    expect(Object.keys(environment).filter((name) => /PASSWORD|SECRET_KEY/.test(name))).toEqual([]);
  });

  it('runs gateways and backends from the one image that is built here', () => {
    for (const [, { build, image }] of [...gateways, ...backends])
      expect([build, image]).toEqual(['.', 'floodgate']);
    expect(isInRepository('Dockerfile')).toBe(true);
  });

  it('starts backends by what the build makes', () => {
    for (const [, { command }] of backends) expect(command).toEqual(['node', 'dist/backend.mjs']);
    expect(textOf('scripts/build.mjs')).toMatch(/backend: 'examples\/backend\/main\.ts'/);
    expect(isInRepository('examples/backend/main.ts')).toBe(true);
  });

  it('pins the images it pulls', () => {
    const images = services.flatMap(([, { image, build }]) =>
      build === undefined ? (image ?? []) : [],
    );
    expect(images).toHaveLength(5);
    for (const image of images) expect(image).toMatch(/:v?\d+(?:\.\d+)*(?:-[a-z]+)?$/);
  });

  it('names only services, networks, volumes and files that exist', () => {
    const networks = ['default', ...Object.keys(compose.networks)];
    for (const [, service] of services) {
      expect(networks).toEqual(expect.arrayContaining(service.networks));
      expect(Object.keys(compose.services)).toEqual(
        expect.arrayContaining(Object.keys(service.depends_on)),
      );
      const sources = service.volumes.map((volume) => volume.split(':')[0] ?? '');
      for (const source of sources) {
        if (source.startsWith('./')) expect(isInRepository(source)).toBe(true);
        else expect(Object.keys(compose.volumes)).toContain(source);
      }
    }
  });

  it('waits for all that a part needs to say that it is healthy', () => {
    expect(Object.keys(nginx?.depends_on ?? {})).toEqual(namesOf(gateways));
    expect(Object.keys(gateways[0]?.[1].depends_on ?? {}).sort()).toEqual(
      [...namesOf(backends), 'postgres', 'redis'].sort(),
    );
    for (const [, { depends_on }] of gateways.slice(1))
      expect(Object.keys(depends_on)).toEqual(['gateway-1']);
    expect(redis?.healthcheck?.test.slice(1)).toEqual(['redis-cli', '-e', 'ping']);
    // By the socket it would say so while the database is still being made.
    expect(postgres?.healthcheck?.test.slice(1, 4)).toEqual(['pg_isready', '--host', '127.0.0.1']);
  });

  it("checks the gateways' health by their image, and the backends' by themselves", () => {
    const built = readDockerfile(textOf('Dockerfile')).at(-1)?.instructions ?? [];
    expect(built.map(({ name }) => name)).toContain('HEALTHCHECK');
    for (const [, { healthcheck }] of gateways) expect(healthcheck).toBeUndefined();
    for (const [, { healthcheck }] of backends) {
      const [, program, option, script = ''] = healthcheck?.test ?? [];
      expect([program, option]).toEqual(['node', '-e']);
      expect(() => new Function(script)).not.toThrow();
    }
  });

  it('publishes the port of nginx, and no other beyond this machine', () => {
    const ports = services.flatMap((service) => service[1].ports);
    expect(ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual(['8080:8080']);
    expect(nginx?.ports).toEqual(['8080:8080']);
  });

  it.each([
    ['Redis', 'store', ['redis']],
    ['PostgreSQL', 'database', ['postgres']],
    ['the backends', 'backends', namesOf(backends)],
  ])('keeps %s where only the gateways reach it', (_, network, inside) => {
    expect(compose.networks[network]?.internal).toBe(true);
    const neighbours = services.filter(([, service]) => service.networks.includes(network));
    expect(namesOf(neighbours).sort()).toEqual([...namesOf(gateways), ...inside].sort());
    for (const name of inside) expect(compose.services[name]?.networks).toEqual([network]);
  });

  it('runs every pulled image as somebody who is not root', () => {
    for (const [, { image, build, user }] of services)
      if (image !== undefined && build === undefined) expect(user).toMatch(/^(?!root$|0$)./);
  });

  it.each(gateways)('gives %s an environment it accepts', (name, gateway) => {
    expect(variableNames).toEqual(expect.arrayContaining(Object.keys(gateway.environment)));
    const { FLOODGATE_REPLICA, REDIS_URL, DEMO_BACKENDS = [] } = configOf(gateway);
    expect(FLOODGATE_REPLICA).toBe(name);
    expect(Object.keys(compose.services)).toContain(new URL(REDIS_URL ?? '').hostname);
    expect(DEMO_BACKENDS.map((url) => new URL(url).hostname)).toEqual(namesOf(backends));
  });

  it.each(gateways)('names the PostgreSQL service to %s, with what it makes', (_, gateway) => {
    const { hostname, username, password, pathname } = new URL(
      configOf(gateway).DATABASE_URL ?? '',
    );
    expect(compose.services).toHaveProperty(hostname);
    expect(postgres?.environment).toEqual({
      POSTGRES_USER: username,
      POSTGRES_PASSWORD: password,
      POSTGRES_DB: pathname.slice(1),
    });
  });

  it.each(gateways)('takes the secrets of %s from outside', (_, { environment }) => {
    const secrets = variableNames.filter((name) => /TOKEN|SECRET/.test(name));
    expect(environment).toMatchObject(Object.fromEntries(secrets.map((name) => [name, null])));
  });

  it.each(gateways)('gives %s the time to drain', (_, gateway) => {
    const { SHUTDOWN_DELAY_MS, SHUTDOWN_TIMEOUT_MS } = configOf(gateway);
    expect(Number.parseInt(gateway.stop_grace_period ?? '', 10) * 1_000).toBeGreaterThan(
      SHUTDOWN_DELAY_MS + SHUTDOWN_TIMEOUT_MS,
    );
  });

  it('keeps what PostgreSQL and the gateways write, each its own', () => {
    // Where postgres images from 18 on declare their volume.
    expect(postgres?.volumes).toEqual(['postgres:/var/lib/postgresql']);
    const last = readDockerfile(textOf('Dockerfile')).at(-1)?.instructions ?? [];
    const declared = last.filter(({ name }) => name === 'VOLUME').map(({ rest }) => rest);
    const mounts = gateways.flatMap(([, { volumes }]) =>
      volumes.map((volume) => volume.split(':')),
    );
    expect(mounts.map(([, place]) => place)).toEqual(gateways.flatMap(() => declared));
    expect(new Set(mounts.map(([source]) => source)).size).toBe(gateways.length);
  });

  it('believes nginx about who a client is, and nobody on the internet', () => {
    const [, gateway] = gateways[0] ?? [];
    if (gateway === undefined) throw new Error('no gateway');
    const clientIp = createClientAddressReader(configOf(gateway).TRUSTED_PROXIES);
    const seenFrom = (peerAddress: string) =>
      clientIp({
        peerAddress,
        header: (name) => (name === 'x-forwarded-for' ? '203.0.113.9' : undefined),
      }).identifier;
    expect(seenFrom('172.18.0.5')).toBe('203.0.113.9');
    expect(seenFrom('198.51.100.4')).toBe('198.51.100.4');
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

describe('the nginx of compose.yaml', () => {
  const environment = nginx?.environment ?? {};

  it('gets every variable of its configuration', () => {
    expect(nginxConfiguration(environment)).not.toMatch(/\$\{\w+\}/);
  });

  it('has its template where the image looks for it, and runs by what becomes of it', () => {
    const output = environment.NGINX_ENVSUBST_OUTPUT_DIR;
    expect(nginx?.volumes).toEqual([
      './deploy/nginx.conf:/etc/nginx/templates/nginx.conf.template:ro',
    ]);
    expect(nginx?.command).toEqual(['nginx', '-c', `${output}/nginx.conf`, '-g', 'daemon off;']);
    expect(nginx?.tmpfs).toEqual([output]);
    expect(environment.RUN_FOLDER).toBe(output);
  });

  it('asks the gateways at the port of their image', () => {
    const { PORT } = readConfig({ NODE_ENV: 'test' });
    const servers = gateways.map((_, index) => environment[`GATEWAY_${index + 1}`]);
    expect(servers).toEqual(namesOf(gateways).map((name) => `${name}:${PORT} resolve`));
  });

  it('lets go of an idle gateway before that stops', () => {
    const seconds = [...textOf('deploy/nginx.conf').matchAll(/keepalive_timeout (\d+)s;/g)].map(
      ([, text]) => Number(text),
    );
    const [ofGateways = 0, ofControl = 0] = seconds;
    for (const [, gateway] of gateways) {
      const delay = configOf(gateway).SHUTDOWN_DELAY_MS;
      expect(Math.max(ofGateways, ofControl) * 1_000).toBeLessThan(delay);
    }
  });

  it('takes the control plane to where its pages are', () => {
    const pattern = /location ~ (\S+) \{\s+proxy_pass http:\/\/control;/.exec(
      textOf('deploy/nginx.conf'),
    )?.[1];
    const isPage = new RegExp(pattern ?? '$^');
    for (const path of [
      '/',
      '/policies',
      '/policies/new',
      '/clients/acme',
      '/upstreams/routes/new',
    ])
      expect(path).toMatch(isPage);
    for (const path of ['/ping', '/forward', '/api/info', '/health', '/policiesx'])
      expect(path).not.toMatch(isPage);
  });

  it('is a configuration that nginx accepts', () => {
    const folder = mkdtempSync(join(tmpdir(), 'floodgate-nginx-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    mkdirSync(join(folder, 'run'));
    const here = (value: string | null, index: number) =>
      // Names are known to Docker only, and `resolve` to its newer nginx only.
      value?.replace(/^gateway-\d:\d+ resolve$/, `127.0.0.1:300${index}`) ?? null;
    const values = Object.fromEntries(
      Object.entries(environment).map(([name, value], index) => [name, here(value, index)]),
    );
    const file = join(folder, 'nginx.conf');
    writeFileSync(file, nginxConfiguration({ ...values, RUN_FOLDER: join(folder, 'run') }));
    const tested = () =>
      execFileSync('nginx', ['-t', '-q', '-e', 'stderr', '-p', folder, '-c', file], {
        cwd: ROOT,
        env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` },
        stdio: 'pipe',
      }).toString();
    expect(tested).not.toThrow();
  });
});
