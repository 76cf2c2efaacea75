import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { onCore } from './machine.mjs';

const STOP_MS = 8_000;
const running = new Set();
const outputs = mkdtempSync(join(tmpdir(), 'floodgate-bench-output-'));
let started = 0;

process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
  rmSync(outputs, { recursive: true, force: true });
});
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(130));

/**
 * Starts a process on a core. Its output goes to a file, for whoever read it meanwhile would take turns
 * from the load generator, and is told only when something goes wrong.
 * @param {{command: string[], env?: Record<string, string>, cwd?: string, core: number}} options
 */
export function start({ command, env = {}, cwd, core }) {
  const [file, ...args] = onCore(core, command);
  started += 1;
  const output = join(outputs, String(started));
  const written = openSync(output, 'a');
  const child = spawn(file, args, {
    cwd,
    env: { ...process.env, NODE_ENV: 'production', ...env },
    stdio: ['ignore', written, written],
  });
  closeSync(written);
  running.add(child);
  child.once('exit', () => running.delete(child));
  let fault = '';
  child.once('error', (error) => {
    fault = error.message;
    running.delete(child);
  });

  return {
    pid: child.pid,
    /**
     * Waits for the first 200.
     * @param {string} url
     * @returns {Promise<number>} how long it took, ms
     */
    async answers(url, timeoutMs = 30_000) {
      const startedAt = performance.now();
      while (performance.now() - startedAt < timeoutMs) {
        if (!running.has(child)) break;
        if ((await ask(url).catch(() => undefined))?.status === 200) {
          return performance.now() - startedAt;
        }
        await sleep(5);
      }
      const tail = readFileSync(output, 'utf8').slice(-4_000);
      throw new Error(`${command.join(' ')} did not answer at ${url}:\n${fault}${tail}`);
    },
    async stop() {
      if (!running.has(child)) return;
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
      await exited;
      clearTimeout(timer);
    },
  };
}

/**
 * One GET on a connection of its own, or on the agent's.
 * @param {string} url
 * @returns {Promise<{status: number, headers: import('node:http').IncomingHttpHeaders}>}
 */
export function ask(url, { headers = {}, agent = false } = {}) {
  return new Promise((resolve, reject) => {
    get(url, { headers, agent }, (response) => {
      response.resume();
      response.once('end', () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers });
      });
      response.once('error', reject);
    }).once('error', reject);
  });
}
