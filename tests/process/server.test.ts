import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { ADMIN_TOKEN, Floodgate } from '../support/floodgate';
import { freePort } from '../support/free-port';
import { RedisServer } from '../support/redis';
import { temporaryFolder } from '../support/temporary-folder';

const STOCK_PRICE = '/api/v1/stock-price';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function start(environment: Readonly<Record<string, string>> = {}): Promise<Floodgate> {
  const floodgate = await Floodgate.start('front door', environment);
  cleanups.push(() => floodgate.stop());
  return floodgate;
}

/** Runs the server in an environment it cannot start in. */
async function startInVain(environment: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, ['dist/server.mjs'], {
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'production',
      FLOODGATE_CONFIG: join(await temporaryFolder(), 'floodgate.config.json'),
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  cleanups.push(() => child.kill('SIGKILL'));
  let output = '';
  const collect = (chunk: unknown) => {
    output += String(chunk);
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  const [exitCode] = await once(child, 'close');
  return { exitCode, output };
}

describe('start', () => {
  it('prints one block: address, store, role, configuration, documentation', async () => {
    const floodgate = await start();
    expect(floodgate.output).toContain(new URL(floodgate.url).port);
    expect(floodgate.output).toMatch(/store {3}memory/);
    expect(floodgate.output).toMatch(/role {4}all/);
    expect(floodgate.output).toMatch(
      /config {2}.*floodgate\.config\.json \(version 1, 4 policies, 3 routes\)/,
    );
    expect(floodgate.output).toMatch(/docs {4}http:.*\/docs/);
  });

  it('says every fault of the environment in a line of its own, without a stack', async () => {
    const { exitCode, output } = await startInVain({
      PORT: '99999',
      RATE_LIMIT_MAX: 'five',
      REDIS_URL: 'http://user:secret@example.org',
      TRUSTED_PROXIES: '10.0.0.0/8, next door',
    });
    expect(exitCode).toBe(1);
    const lines = output.trim().split('\n');
    expect(lines).toHaveLength(4);
    for (const [index, name] of [
      'REDIS_URL',
      'RATE_LIMIT_MAX',
      'PORT',
      'TRUSTED_PROXIES',
    ].entries()) {
      expect(lines[index]).toMatch(new RegExp(`^error: ${name}=`));
    }
    expect(output).not.toContain('secret');
  });

  it('shows the admin token that it makes once, and never again', async () => {
    const folder = await temporaryFolder();
    const environment = {
      FLOODGATE_CONFIG: join(folder, 'floodgate.config.json'),
      ADMIN_TOKEN: '',
    };
    const first = await start(environment);
    const [, token = ''] = /admin token, made just now.*: {2}(\S+)/.exec(first.output) ?? [];
    const signedIn = await fetch(`${first.url}/api/v1/admin/tiers`, {
      headers: { Authorization: `Bearer ${token}` },
    });
    expect(signedIn.status).toBe(200);
    await first.stop();
    const written = await Promise.all(
      (await readdir(folder, { recursive: true, withFileTypes: true }))
        .filter((entry) => entry.isFile())
        .map((entry) => readFile(join(entry.parentPath, entry.name), 'utf8')),
    );
    expect(written.join()).not.toContain(token);
    const second = await start(environment);
    expect(second.output).not.toContain('admin token');
    const again = await fetch(`${second.url}/api/v1/admin/tiers`, {
      headers: { Authorization: `Bearer ${token}` },
    });
    expect(again.status).toBe(200);
  });

  it('shows the token that it made also when the start then fails', async () => {
    const squatter = createServer().listen(0);
    cleanups.push(() => squatter.close());
    await once(squatter, 'listening');
    const { port } = squatter.address() as AddressInfo;
    const { exitCode, output } = await startInVain({ PORT: String(port), ADMIN_TOKEN: '' });
    expect(exitCode).toBe(1);
    expect(output).toMatch(/admin token, made just now.*: {2}\S{32}/);
  });

  it('says every fault of a configuration file in a line of its own, without a stack', async () => {
    const file = join(await temporaryFolder(), 'floodgate.config.json');
    const policies = [
      { name: 'Bad Name', limits: [{ algorithm: 'fixed-window', quota: 5, window_ms: 0 }] },
    ];
    await writeFile(file, JSON.stringify({ policies }));
    const { exitCode, output } = await startInVain({ PORT: '0', FLOODGATE_CONFIG: file });
    expect(exitCode).toBe(1);
    const lines = output.trim().split('\n');
    expect(lines).toHaveLength(2);
    expect(output).toMatch(/^error: .*policies\[0\]\.name: use 1-64 of a-z/m);
    expect(output).toMatch(/^error: .*policies\[0\]\.limits\[0\].window_ms: /m);
  });

  it('names a port that is in use', async () => {
    const squatter = createServer().listen(0);
    cleanups.push(() => squatter.close());
    await once(squatter, 'listening');
    const { port } = squatter.address() as AddressInfo;
    const { exitCode, output } = await startInVain({
      PORT: String(port),
      FLOODGATE_ROLE: 'gateway',
    });
    expect(exitCode).toBe(1);
    expect(output).toBe(`error: port ${port} is in use; choose another with PORT=…\n`);
  });

  it('says in one line which ports of the demo are taken, and starts', async () => {
    const demo = { DEMO_BACKENDS: 'http://127.0.0.1:4001', FLOODGATE_ROLE: 'gateway' };
    // Whoever has the ports, the first or somebody before it: the second gets none.
    await start(demo);
    const second = await start(demo);
    expect(second.output.match(/^.*(?:EADDRINUSE|\bstack\b).*$/gm)).toHaveLength(1);
    expect(second.logged(/^backends of the demo can't listen/)).toMatchObject([
      { level: 40, ports: [4_001, 4_002, 4_003] },
    ]);
    expect(second.output).not.toMatch(/demo {4}backends/);
  });

  it('guesses what a misspelt variable was meant to be, and starts', async () => {
    const floodgate = await start({ RATE_LIMIT_MAXX: '3' });
    expect(floodgate.output).toContain('did you mean RATE_LIMIT_MAX?');
  });
});

describe('an admin', () => {
  it('may ask by the token about any address, and others only about their own', async () => {
    const floodgate = await start();
    const statusFor = async (token: string) => {
      const response = await fetch(`${floodgate.url}/client-status/198.51.100.1`, {
        headers: { Authorization: `Bearer ${token}` },
      });
      return response.status;
    };
    expect(await statusFor('guess')).toBe(403);
    expect(await statusFor(ADMIN_TOKEN)).toBe(200);
  });

  it('is named in the log with the breaker that they tripped', async () => {
    const floodgate = await start();
    const response = await fetch(`${floodgate.url}/api/v1/admin/upstreams/demo/trip`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${ADMIN_TOKEN}`, 'X-Floodgate-Author': 'ann' },
    });
    expect(response.status).toBe(200);
    await expect
      .poll(() => floodgate.logged(/^breaker tripped by hand$/), { timeout: 10_000 })
      .toMatchObject([{ level: 30, upstream: 'demo', author: 'ann' }]);
  });
});

describe('an upstream that fails', () => {
  it('is told of in the log with whole milliseconds', async () => {
    const floodgate = await start({ FLOODGATE_ROLE: 'gateway' });
    for (let i = 0; i < 5; i++) await fetch(`${floodgate.url}/api/info`);
    await expect
      .poll(() => floodgate.logged(/^breaker open$/), { timeout: 10_000 })
      .toMatchObject([{ upstream: 'demo', for_ms: expect.toSatisfy(Number.isInteger) }]);
  });
});

describe('telemetry', () => {
  it.each([
    ['on', 200],
    ['off', 404],
  ])('that is %s is told of by /health, and GET /traffic answers %i', async (telemetry, status) => {
    const floodgate = await start({ FLOODGATE_TELEMETRY: telemetry });
    const health = await fetch(`${floodgate.url}/health`);
    expect(await health.json()).toMatchObject({ telemetry });
    expect((await floodgate.admin('GET', 'traffic')).status).toBe(status);
  });
});

describe('the gateway role', () => {
  it('serves the API, no pages, and loads no Next', async () => {
    const floodgate = await start({ FLOODGATE_ROLE: 'gateway' });
    expect((await fetch(floodgate.url + STOCK_PRICE)).status).toBe(200);
    const page = await fetch(floodgate.url);
    expect(page.status).toBe(404);
    expect(page.headers.get('content-type')).toBe('application/problem+json');
    const mapped = await readFile(`/proc/${floodgate.pid}/maps`, 'utf8');
    expect(mapped).not.toContain('next-swc');
  });
});

describe.each(['all', 'gateway'])('role %s told to stop', (FLOODGATE_ROLE) => {
  it.each(['SIGTERM', 'SIGINT'] as const)('by %s ends with 0', async (signal) => {
    const floodgate = await start({ FLOODGATE_ROLE });
    await fetch(floodgate.url + STOCK_PRICE);
    expect(await floodgate.stop(signal)).toBe(0);
  });
});

describe('told to stop', () => {
  it('does not wait for idle and half-sent requests of others', async () => {
    const floodgate = await start({ FLOODGATE_ROLE: 'gateway' });
    const idle = connect(Number(new URL(floodgate.url).port), '127.0.0.1');
    const halfSent = connect(Number(new URL(floodgate.url).port), '127.0.0.1');
    await Promise.all([once(idle, 'connect'), once(halfSent, 'connect')]);
    halfSent.on('error', () => {});
    idle.on('error', () => {});
    halfSent.write('GET /health/live HTTP/1.1\r\nHost:');
    expect(await floodgate.stop()).toBe(0);
  });

  it('ends with 1 at once when told twice', async () => {
    const floodgate = await start({ FLOODGATE_ROLE: 'gateway' });
    const halfSent = connect(Number(new URL(floodgate.url).port), '127.0.0.1');
    await once(halfSent, 'connect');
    halfSent.on('error', () => {});
    halfSent.write('GET /health/live HTTP/1.1\r\nHost:');
    await fetch(`${floodgate.url}/health/live`);
    const stopped = floodgate.stop();
    process.kill(floodgate.pid, 'SIGINT');
    expect(await stopped).toBe(1);
  });
});

describe('a Redis', () => {
  const price = async (floodgate: Floodgate) => {
    const response = await fetch(floodgate.url + STOCK_PRICE);
    await response.arrayBuffer();
    return { status: response.status, isDegraded: response.headers.has('x-ratelimit-status') };
  };
  const allowed = { status: 200, isDegraded: false };
  const degraded = { status: 200, isDegraded: true };
  const environment = { RATE_LIMIT_MAX: '1000', RATE_LIMIT_WINDOW: '3600' };

  it('that is not there yet is waited for while requests pass', async () => {
    const port = await freePort();
    const floodgate = await start({ ...environment, REDIS_URL: `redis://127.0.0.1:${port}` });
    expect(floodgate.output).toMatch(/store {3}redis, degraded/);
    expect(await price(floodgate)).toEqual(degraded);
    const redis = await RedisServer.start(port);
    cleanups.push(() => redis.stop());
    await expect.poll(() => price(floodgate), { timeout: 20_000 }).toEqual(allowed);
    expect(floodgate.output).toContain('limits are enforced');
    expect(floodgate.output).not.toMatch(/^\s+at /m);
  });

  describe.each([
    [
      'killed and restarted',
      (redis: RedisServer) => redis.kill(),
      (redis: RedisServer) => redis.restart(),
    ],
    [
      'frozen and thawed',
      (redis: RedisServer) => redis.pause(),
      (redis: RedisServer) => redis.resume(),
    ],
  ])('%s under load', (_, harm, heal) => {
    it('fails no request and is used again by itself', async () => {
      const redis = await RedisServer.start();
      cleanups.push(() => redis.stop());
      const floodgate = await start({ ...environment, REDIS_URL: redis.url });
      expect(await price(floodgate)).toEqual(allowed);

      let isRunning = true;
      const answers = new Map<number, number>();
      const load = Array.from({ length: 8 }, async () => {
        while (isRunning) {
          const { status } = await price(floodgate);
          answers.set(status, (answers.get(status) ?? 0) + 1);
        }
      });
      await harm(redis);
      await expect.poll(() => price(floodgate)).toEqual(degraded);
      await heal(redis);
      await expect
        .poll(async () => (await price(floodgate)).isDegraded, { timeout: 20_000 })
        .toBe(false);
      isRunning = false;
      await Promise.all(load);
      // The load may have used up the quota before or after the outage.
      expect([...answers.keys()].filter((status) => status !== 200 && status !== 429)).toEqual([]);
    });
  });
});

describe('npm start', () => {
  it('hands signals and the exit code through', async () => {
    const port = await freePort();
    const child = spawn('npm', ['start'], {
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        NODE_ENV: 'production',
        PORT: String(port),
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    cleanups.push(() => child.kill('SIGKILL'));
    for await (const chunk of child.stdout) {
      if (String(chunk).includes(`http://localhost:${port}/docs`)) break;
    }
    expect((await fetch(`http://127.0.0.1:${port}/health/live`)).status).toBe(200);
    child.kill('SIGTERM');
    const [exitCode] = await once(child, 'exit');
    expect(exitCode).toBe(0);
    await expect(fetch(`http://127.0.0.1:${port}/health/live`)).rejects.toThrow();
  });
});
