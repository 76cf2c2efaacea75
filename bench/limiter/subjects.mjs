import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { onCore, SERVER_CORE } from '../lib/machine.mjs';

const SUBJECT = fileURLToPath(new URL('subject.mjs', import.meta.url));
const running = new Set();

process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/**
 * Starts a process under test and waits until it takes orders.
 * @param {{bundle: string, redisUrl: string, core?: number}} options
 */
export async function startSubject({ bundle, redisUrl, core = SERVER_CORE }) {
  const [file, ...args] = onCore(core, [process.execPath, SUBJECT, bundle, redisUrl]);
  const child = spawn(file, args, {
    env: { ...process.env, NODE_ENV: 'production' },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  running.add(child);
  const orders = new Map();
  let lastId = 0;
  const exited = once(child, 'exit').then(() => {
    running.delete(child);
    for (const { reject } of orders.values()) reject(new Error('the process under test has ended'));
  });
  child.on('message', ({ id, result, error }) => {
    const { resolve, reject } = orders.get(id);
    orders.delete(id);
    if (error === undefined) resolve(result);
    else reject(new Error(error));
  });
  const answerTo = (id) =>
    new Promise((resolve, reject) => {
      orders.set(id, { resolve, reject });
    });
  await answerTo(0);

  return {
    /** @param {string} order one that subject.mjs knows */
    tell(order, options = {}) {
      lastId += 1;
      const answer = answerTo(lastId);
      child.send({ id: lastId, order, options });
      return answer;
    },
    async stop() {
      if (!running.has(child)) return;
      child.kill('SIGKILL');
      await exited;
    },
  };
}
