import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { firstAnswer } from '../support/first-answer';
import { Floodgate } from '../support/floodgate';
import { freePort } from '../support/free-port';
import { temporaryFolder } from '../support/temporary-folder';

const EVERY_LINE = { FLOODGATE_ROLE: 'gateway', LOG_REQUESTS_PER_SECOND: '100000' };
const QUOTE = '/api/v1/stock-price';
/** No policy holds it: as many requests as a test wants. */
const FREE = '/elsewhere';
/** A pipe takes some 200 KB at most; lines have about 300 bytes. */
const MORE_THAN_A_PIPE_TAKES = 2_000;
const AT_ONCE = 50;

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function start(environment: Readonly<Record<string, string>> = {}): Promise<Floodgate> {
  const floodgate = await Floodgate.start('front door', { ...EVERY_LINE, ...environment });
  cleanups.push(() => floodgate.stop());
  return floodgate;
}

/** One whose standard output is the caller's to read. */
async function startUnread(): Promise<{ url: string; child: ChildProcess }> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(process.execPath, ['dist/server.mjs'], {
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'production',
      PORT: String(port),
      FLOODGATE_CONFIG: join(await temporaryFolder(), 'floodgate.config.json'),
      ...EVERY_LINE,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  cleanups.push(() => child.kill('SIGKILL'));
  await firstAnswer(`${url}/health/live`, child);
  return { url, child };
}

/** @returns the statuses that came */
async function askOften(url: string, times: number): Promise<ReadonlySet<number>> {
  const statuses = new Set<number>();
  const ask = async () => {
    const response = await fetch(url + FREE);
    await response.text();
    statuses.add(response.status);
  };
  for (let asked = 0; asked < times; asked += AT_ONCE) {
    await Promise.all(Array.from({ length: AT_ONCE }, ask));
  }
  return statuses;
}

async function ended(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.exitCode;
}

describe('the log of a process', () => {
  it('has a line for each request, the last ones too', async () => {
    const floodgate = await start();
    for (let i = 0; i < 6; i++) {
      await fetch(floodgate.url + QUOTE, { headers: { 'X-Request-Id': `ask-${i}` } });
    }
    await floodgate.stop();
    expect(
      floodgate.logged(/^request$/).map(({ request_id, verdict }) => [request_id, verdict]),
    ).toEqual([
      ['ask-0', 'allowed'],
      ['ask-1', 'allowed'],
      ['ask-2', 'allowed'],
      ['ask-3', 'allowed'],
      ['ask-4', 'allowed'],
      ['ask-5', 'denied'],
    ]);
  });

  it('shows lines within a moment', async () => {
    const floodgate = await start();
    await fetch(floodgate.url + QUOTE);
    await vi.waitFor(() => expect(floodgate.logged(/^request$/)).toHaveLength(1), {
      timeout: 5_000,
    });
  });

  it('has no line for health, pages and metrics', async () => {
    const floodgate = await start();
    for (const path of ['/health', '/metrics', '/openapi.json']) {
      await fetch(floodgate.url + path);
    }
    await floodgate.stop();
    expect(floodgate.logged(/^request$/)).toEqual([]);
  });

  it.each([
    { LOG_LEVEL: 'warn' },
    { LOG_REQUESTS_PER_SECOND: '0' },
    { FLOODGATE_TELEMETRY: 'off' },
  ])('has none with %o', async (environment) => {
    const floodgate = await start(environment);
    await fetch(floodgate.url + QUOTE);
    await floodgate.stop();
    expect(floodgate.logged(/^request$/)).toEqual([]);
  });

  it('shows no secret, wherever clients put them', async () => {
    const floodgate = await start({ LOG_LEVEL: 'trace' });
    const { body } = await floodgate.admin('POST', 'keys', { name: 'k', client: 'nobody' });
    const secret = 'a-secret-of-nobodys-concern';
    const key = `fg_live_${secret}`;
    const query = `?api_key=${secret}&token=${secret}&symbol=${secret}`;
    for (const path of [QUOTE, FREE, '/api/v1/admin/policies', '/ping']) {
      for (const headers of [
        { Authorization: `Bearer ${secret}` },
        { Authorization: `Basic ${secret}` },
        { 'X-API-Key': key },
        { Cookie: `floodgate_session=${secret}; other=${secret}` },
        { Referer: `http://a/${secret}`, 'User-Agent': secret, 'X-Other': secret },
      ]) {
        await fetch(floodgate.url + path + query, { headers });
        await fetch(floodgate.url + path + query, { method: 'POST', headers, body: secret });
      }
    }
    await floodgate.stop();
    expect(floodgate.logged(/^request$/).length).toBeGreaterThan(10);
    expect(floodgate.output).not.toContain(secret);
    if (body.key !== undefined) expect(floodgate.output).not.toContain(body.key);
  });

  it('is lines of plain text, whatever bytes come', async () => {
    const floodgate = await start();
    const port = Number(new URL(floodgate.url).port);
    const paths = [
      '/a%1b[31m',
      '/b\xe2\x80\xa8\x9b31m',
      '/c","verdict":"x',
      '/d%ed%a0%80',
      '/e%e2%80%a8',
    ];
    for (const path of paths) {
      const socket = createConnection(port, '127.0.0.1');
      socket.end(
        `GET ${path} HTTP/1.1\r\nHost: h\r\nX-Request-Id: a\tb\r\nConnection: close\r\n\r\n`,
        'latin1',
      );
      socket.resume();
      await once(socket, 'close');
    }
    await floodgate.stop();
    const lines = floodgate.logged(/^request$/);
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.every(({ verdict }) => verdict === 'allowed')).toBe(true);
    expect(floodgate.output.split('\n').filter((line) => line.startsWith('{'))).toSatisfy(
      (all: string[]) => all.every((line) => /^[\x20-\x7e]+$/.test(line)),
    );
  });
});

describe('a standard output that nobody reads', () => {
  it('stops neither requests nor the end of the process', async () => {
    const { url, child } = await startUnread();
    const statuses = await askOften(url, MORE_THAN_A_PIPE_TAKES);
    expect(statuses).toEqual(new Set([404]));
    child.kill('SIGTERM');
    expect(await ended(child)).toBe(0);
  });

  it('has every line once somebody reads it', async () => {
    const { url, child } = await startUnread();
    await askOften(url, MORE_THAN_A_PIPE_TAKES);
    let text = '';
    child.stdout?.setEncoding('utf8').on('data', (piece: string) => {
      text += piece;
    });
    await vi.waitFor(
      () => expect(text.split('"msg":"request"')).toHaveLength(MORE_THAN_A_PIPE_TAKES + 1),
      { timeout: 10_000 },
    );
    const lines = text.split('\n').filter((line) => line.startsWith('{'));
    expect(() => lines.map((line) => JSON.parse(line))).not.toThrow();
  });

  it('is no matter when it is closed', async () => {
    const { url, child } = await startUnread();
    child.stdout?.destroy();
    const statuses = await askOften(url, 200);
    expect(statuses).toEqual(new Set([404]));
    child.kill('SIGTERM');
    expect(await ended(child)).toBe(0);
  });
});
