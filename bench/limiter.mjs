import { installPeers } from './lib/peers.mjs';
import { readOptions } from './limiter/options.mjs';

const options = readOptions(process.argv.slice(2));
installPeers();

// Only now: the modules below import what has just been installed.
const { Redis } = await import('ioredis');
const { describeMachine, isPinned } = await import('./lib/machine.mjs');
const { openRedis, REDIS_URL } = await import('./lib/redis.mjs');
const { bundleLimiter } = await import('./limiter/bundle.mjs');
const { runSections } = await import('./lib/sections.mjs');
const { startSubject } = await import('./limiter/subjects.mjs');

const TITLES = {
  throughput: 'Decisions per second (in flight, keys)',
  ceiling: 'Against redis-benchmark with the same script',
  lone: 'A lone decision',
  exactness: 'Four processes at once',
  cardinality: 'A new key with every decision',
};

if (!isPinned) console.warn('warning: not pinned to cores (needs taskset and two cores)');

const { cpu, cores, memory_gib, system, node, redis: redisVersion, pinned } = describeMachine();
const bundle = await bundleLimiter();
const redis = await openRedis();
const client = new Redis(REDIS_URL);
try {
  await runSections({
    name: 'limiter results',
    script: 'bench:limiter',
    folder: new URL('./limiter/sections/', import.meta.url),
    titles: TITLES,
    machine: { cpu, cores, memory_gib, system, node, redis: redisVersion, pinned },
    context: {
      lib: await import(bundle.path),
      redis,
      client,
      redisPort: new URL(REDIS_URL).port,
      startSubject: (more) => startSubject({ bundle: bundle.path, redisUrl: REDIS_URL, ...more }),
      options,
    },
  });
} finally {
  client.disconnect();
  await redis.close();
  await bundle.remove();
}
