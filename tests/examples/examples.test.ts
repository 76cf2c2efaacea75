import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { firstAnswer } from '../support/first-answer';
import { freePort } from '../support/free-port';

it.each(['node-http', 'express', 'fastify', 'hono'])(
  'examples/%s.ts allows three and says when to come back',
  async (name) => {
    const port = await freePort();
    const child = spawn('node_modules/.bin/tsx', [`examples/${name}.ts`], {
      env: { ...process.env, PORT: String(port) },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    try {
      const statuses = [];
      let last = await firstAnswer(`http://127.0.0.1:${port}/`, child);
      for (; statuses.length < 3; last = await fetch(`http://127.0.0.1:${port}/`)) {
        statuses.push(last.status);
        await last.arrayBuffer();
      }
      expect(statuses).toEqual([200, 200, 200]);
      expect(last.status).toBe(429);
      expect(Number(last.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    } finally {
      const exited = once(child, 'exit');
      child.kill();
      await exited;
    }
  },
);
