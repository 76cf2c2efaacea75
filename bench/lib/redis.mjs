import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { start } from './child.mjs';
import { LOAD_CORE } from './machine.mjs';

const PORT = 6390;
export const REDIS_URL = `redis://127.0.0.1:${PORT}`;

/** A Redis of our own that keeps nothing on disk, and a client to look into it. */
export async function openRedis() {
  const directory = await mkdtemp(join(tmpdir(), 'floodgate-bench-'));
  const options = ['--port', String(PORT), '--bind', '127.0.0.1', '--dir', directory];
  const server = start({
    command: ['redis-server', ...options, '--save', '', '--appendonly', 'no'],
    core: LOAD_CORE,
  });
  const client = new Redis(REDIS_URL, { retryStrategy: (attempt) => (attempt > 50 ? null : 50) });
  client.on('error', () => undefined);
  await client.ping();

  /** Every key, a thousand at a time. */
  async function* keys() {
    let cursor = '0';
    do {
      const [next, batch] = await client.scan(cursor, 'COUNT', 1_000);
      yield batch;
      cursor = next;
    } while (cursor !== '0');
  }

  return {
    flush: () => client.flushall(),
    /** Sum of all counters: how many requests were really counted. */
    async counted() {
      let sum = 0;
      for await (const batch of keys()) {
        const values = batch.length === 0 ? [] : await client.mget(batch);
        for (const value of values) sum += Number(value) || 0;
      }
      return sum;
    },
    /** How many keys there are, and how many of them would stay for ever. */
    async lifetimes() {
      const found = { keys: 0, without_ttl: 0 };
      for await (const batch of keys()) {
        const ttls = await Promise.all(batch.map((key) => client.pttl(key)));
        found.keys += ttls.length;
        found.without_ttl += ttls.filter((ttl) => ttl === -1).length;
      }
      return found;
    },
    async close() {
      client.disconnect();
      await server.stop();
      await sleep(50);
      await rm(directory, { recursive: true, force: true });
    },
  };
}
