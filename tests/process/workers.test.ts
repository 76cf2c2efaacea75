import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, symlink, unlink } from 'node:fs/promises';
import { get } from 'node:http';
import { type AddressInfo, connect, createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { Agent } from 'undici';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Floodgate } from '../support/floodgate';
import { freePort } from '../support/free-port';
import { RedisServer } from '../support/redis';
import { startLoad } from '../support/redis-store';
import { temporaryFolder } from '../support/temporary-folder';

const SOON = { timeout: 20_000 };

let redis: RedisServer;
beforeAll(async () => {
  redis = await RedisServer.start();
});
afterAll(() => redis.stop());

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const gateway = () => ({ FLOODGATE_ROLE: 'gateway', REDIS_URL: redis.url });

async function start(environment: Readonly<Record<string, string>> = {}): Promise<Floodgate> {
  const floodgate = await Floodgate.start('front door', {
    ...gateway(),
    WORKERS: '2',
    FLOODGATE_REPLICA: 'edge',
    ...environment,
  });
  cleanups.push(() => floodgate.stop());
  return floodgate;
}

/** Runs the server until it ends by itself. */
async function run(environment: Readonly<Record<string, string>>) {
  const child = spawnServer(environment);
  const output = outputOf(child);
  const [exitCode] = await once(child, 'close');
  return { exitCode, output: output() };
}

interface SpawnChoices {
  readonly cwd?: string;
  readonly detached?: boolean;
}

function spawnServer(environment: Readonly<Record<string, string>>, choices: SpawnChoices = {}) {
  const child = spawn(process.execPath, [resolve('dist/server.mjs')], {
    env: { PATH: process.env.PATH, NODE_ENV: 'production', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...choices,
  });
  cleanups.push(() => child.kill('SIGKILL'));
  return child;
}

/** Two workers in a folder of their own, where a worker that starts later can be made to fail. */
async function startBreakable() {
  const cwd = await temporaryFolder();
  await symlink(resolve('lua'), join(cwd, 'lua'));
  const port = await freePort();
  const environment = { ...gateway(), WORKERS: '2', PORT: String(port), FLOODGATE_REPLICA: 'edge' };
  const child = spawnServer(environment, { cwd });
  const output = outputOf(child);
  const url = `http://127.0.0.1:${port}`;
  await expect.poll(output, SOON).toContain('Floodgate');
  await bothServe({ url });
  return { child, url, output, breakStarts: () => unlink(join(cwd, 'lua')) };
}

function outputOf({ stdout, stderr }: Pick<ChildProcess, 'stdout' | 'stderr'>): () => string {
  let output = '';
  for (const stream of [stdout, stderr]) {
    stream?.on('data', (chunk) => {
      output += String(chunk);
    });
  }
  return () => output;
}

async function workersOf({ pid }: { readonly pid?: number | undefined }): Promise<number[]> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return children.trim().split(' ').filter(Boolean).map(Number);
}

/** Over a connection of its own. @returns the replica that answered */
function replicaAt(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    get(`${url}/health`, { agent: false }, (response) => {
      text(response).then((body) => resolve(JSON.parse(body).replica), reject);
    }).once('error', reject);
  });
}

async function bothServe(floodgate: Pick<Floodgate, 'url'>): Promise<void> {
  const seen = new Set<string>();
  await expect
    .poll(async () => seen.add(await replicaAt(floodgate.url)), SOON)
    .toEqual(new Set(['edge-1', 'edge-2']));
}

/** Requests over connections that are kept; their statuses, or why there is none. */
function startKeepAliveLoad(url: string, lanes = 16) {
  const agent = new Agent({ connections: lanes });
  cleanups.push(() => agent.destroy());
  return startLoad(async () => {
    try {
      const { statusCode, body } = await agent.request({
        origin: url,
        path: '/health/live',
        method: 'GET',
      });
      await body.dump();
      return statusCode;
    } catch (error) {
      return String(error);
    }
  }, lanes);
}

describe('WORKERS=2', () => {
  it('serves by two replicas on one port, and greets once', async () => {
    const floodgate = await start();
    await bothServe(floodgate);
    expect(await workersOf(floodgate)).toHaveLength(2);
    expect(floodgate.output.match(/ {2}Floodgate \d/g)).toHaveLength(1);
    expect(floodgate.output).toMatch(/role {4}gateway \(no dashboard, 2 workers\)/);
  });

  it('holds one limit together', async () => {
    await start({ RATE_LIMIT_MAX: '3', RATE_LIMIT_WINDOW: '3600' }).then(async ({ url }) => {
      const statuses = await Promise.all(
        Array.from({ length: 20 }, async () => {
          const response = await fetch(`${url}/api/v1/stock-price`, {
            headers: { Connection: 'close' },
          });
          await response.arrayBuffer();
          return response.status;
        }),
      );
      expect(statuses.filter((status) => status === 200)).toHaveLength(3);
    });
  });

  it('replaces a worker that was killed, while the port is served', async () => {
    const floodgate = await start();
    await bothServe(floodgate);
    const [victim = 0, other] = await workersOf(floodgate);
    process.kill(victim, 'SIGKILL');
    await expect.poll(() => floodgate.output, SOON).toContain('another one takes its place');
    const load = startLoad(() => replicaAt(floodgate.url), 4);
    await expect
      .poll(async () => (await workersOf(floodgate)).filter((pid) => pid !== victim), SOON)
      .toHaveLength(2);
    await bothServe(floodgate);
    expect(new Set(await load.stop())).toEqual(new Set(['edge-1', 'edge-2']));
    expect(await workersOf(floodgate)).toContain(other);
  });

  it('restarts worker by worker on SIGHUP, and no request under load is lost', async () => {
    const floodgate = await start();
    await bothServe(floodgate);
    const before = await workersOf(floodgate);
    const load = startKeepAliveLoad(floodgate.url);
    process.kill(floodgate.pid, 'SIGHUP');
    await expect.poll(() => floodgate.output, SOON).toContain('all workers were restarted');
    const answers = await load.stop();
    expect(new Set(answers)).toEqual(new Set([200]));
    expect(answers.length).toBeGreaterThan(100);
    const after = await workersOf(floodgate);
    expect(after).toHaveLength(2);
    expect(after.filter((pid) => before.includes(pid))).toEqual([]);
    await bothServe(floodgate);
  });

  it('keeps the old workers when new ones can not start', async () => {
    const { child, url, output, breakStarts } = await startBreakable();
    const before = await workersOf(child);
    await breakStarts();
    child.kill('SIGHUP');
    await expect.poll(output, SOON).toContain('the old ones go on');
    expect(await workersOf(child)).toEqual(before);
    expect(await replicaAt(url)).toMatch(/^edge-/);
  });

  it('gives up with one line when no worker is left and none starts', async () => {
    const { child, output, breakStarts } = await startBreakable();
    await breakStarts();
    const exited = once(child, 'close');
    for (const pid of await workersOf(child)) process.kill(pid, 'SIGKILL');
    expect((await exited)[0]).toBe(1);
    expect(output()).toMatch(
      /^error: no worker serves and none can be started: .*\(exit code 1\)$/m,
    );
  });

  it.each([
    [
      { REDIS_URL: '' },
      ['error: WORKERS="2": workers share their counts in Redis: set REDIS_URL, or WORKERS=1'],
    ],
    [
      { FLOODGATE_ROLE: 'all', REDIS_URL: '' },
      [
        'error: WORKERS="2": workers share their counts in Redis: set REDIS_URL, or WORKERS=1',
        'error: WORKERS="2": the dashboard is one process: set FLOODGATE_ROLE=gateway, or WORKERS=1',
      ],
    ],
  ])('with %o says what to do', async (environment, lines) => {
    const { exitCode, output } = await run({ ...gateway(), WORKERS: '2', ...environment });
    expect(exitCode).toBe(1);
    expect(output.trim().split('\n')).toEqual(lines);
  });

  it('tells once what keeps all workers from starting', async () => {
    const squatter = createServer().listen(0);
    cleanups.push(() => squatter.close());
    await once(squatter, 'listening');
    const { port } = squatter.address() as AddressInfo;
    const { exitCode, output } = await run({
      ...gateway(),
      WORKERS: '4',
      PORT: String(port),
      LOG_LEVEL: 'silent',
    });
    expect(exitCode).toBe(1);
    expect(output).toBe(`error: port ${port} is in use; choose another with PORT=…\n`);
  });
});

describe('WORKERS=2 told to stop', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    'by %s ends with 0, and no worker is left',
    async (signal) => {
      const floodgate = await start();
      await bothServe(floodgate);
      const workers = await workersOf(floodgate);
      expect(await floodgate.stop(signal)).toBe(0);
      for (const pid of workers) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    },
  );

  it('by a terminal, which tells all its processes, is told once', async () => {
    const port = await freePort();
    const environment = { ...gateway(), WORKERS: '2', PORT: String(port) };
    const child = spawnServer(environment, { detached: true });
    const output = outputOf(child);
    await expect.poll(output, SOON).toContain('Floodgate');
    await expect.poll(() => workersOf(child), SOON).toHaveLength(2);
    const exited = once(child, 'exit');
    process.kill(-(child.pid ?? 0), 'SIGINT');
    expect((await exited)[0]).toBe(0);
  });

  it('twice ends with 1 at once', async () => {
    const floodgate = await start({ SHUTDOWN_DELAY_MS: '600000' });
    const workers = await workersOf(floodgate);
    const stopped = floodgate.stop();
    process.kill(floodgate.pid, 'SIGINT');
    expect(await stopped).toBe(1);
    for (const pid of workers) {
      await expect.poll(() => isAlive(pid), SOON).toBe(false);
    }
  });
});

describe.each(['1', '2'])('SIGTERM with a delay and WORKERS=%s', (WORKERS) => {
  it('loses nothing of a load over kept connections that ends when readiness does', async () => {
    const floodgate = await start({ WORKERS, SHUTDOWN_DELAY_MS: '5000' });
    const load = startKeepAliveLoad(floodgate.url);
    const answersMore = async (answers: number) => {
      const before = load.answers.length;
      await expect.poll(() => load.answers.length, SOON).toBeGreaterThan(before + answers);
    };
    await answersMore(50);
    const stopped = floodgate.stop();
    await expect.poll(() => readiness(floodgate.url), SOON).toBe(503);
    await answersMore(50);
    expect(new Set(await load.stop())).toEqual(new Set([200]));
    expect(await stopped).toBe(0);
  });

  it('keeps connections while it takes new ones, then ends each with its next answer', async () => {
    const floodgate = await start({ WORKERS, SHUTDOWN_DELAY_MS: '1000' });
    const socket = connect(Number(new URL(floodgate.url).port), '127.0.0.1');
    cleanups.push(() => socket.destroy());
    let received = '';
    socket.setEncoding('latin1').on('data', (chunk) => {
      received += String(chunk);
    });
    const closed = once(socket, 'close');
    const ask = async () => {
      const before = received.length;
      socket.write('GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n');
      await expect.poll(() => received.slice(before), SOON).toContain('{"status":"ok"}');
      return received.slice(before);
    };
    await ask();
    const stopped = floodgate.stop();
    await expect.poll(() => readiness(floodgate.url), SOON).toBe(503);
    expect(await ask()).not.toContain('Connection: close');
    await expect.poll(ask, SOON).toContain('\r\nConnection: close\r\n');
    await closed;
    expect(await stopped).toBe(0);
  });
});

async function readiness(url: string): Promise<number> {
  const response = await fetch(`${url}/health/ready`);
  await response.arrayBuffer();
  return response.status;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
