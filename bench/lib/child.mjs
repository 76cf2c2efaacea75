import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { onCore } from './machine.mjs';

const STOP_MS = 8_000;
const running = new Set();

process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(130));

/**
 * Starts a process on a core. Its output is kept and told only when something goes wrong.
 * @param {{command: string[], env?: Record<string, string>, cwd?: string, core: number}} options
 */
export function start({ command, env = {}, cwd, core }) {
  const [file, ...args] = onCore(core, command);
  const child = spawn(file, args, {
    cwd,
    env: { ...process.env, NODE_ENV: 'production', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output = (output + chunk).slice(-4_000);
    });
  }
  running.add(child);
  child.once('exit', () => running.delete(child));
  child.once('error', (error) => {
    output += error.message;
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
      throw new Error(`${command.join(' ')} did not answer at ${url}:\n${output}`);
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
