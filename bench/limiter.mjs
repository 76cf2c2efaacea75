import { installPeers } from './lib/peers.mjs';
import { readOptions } from './limiter/options.mjs';

const options = readOptions(process.argv.slice(2));
installPeers();

// Only now: the modules below import what has just been installed.
const { Redis } = await import('ioredis');
const { describeMachine, isPinned } = await import('./lib/machine.mjs');
const { openRedis, REDIS_URL } = await import('./lib/redis.mjs');
const { bundleLimiter } = await import('./limiter/bundle.mjs');
const { publish } = await import('./lib/document.mjs');
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
const report = {
  date: new Date().toISOString(),
  command: ['npm run bench:limiter', ...process.argv.slice(2)].join(' '),
  machine: { cpu, cores, memory_gib, system, node, redis: redisVersion, pinned },
  results: {},
};
const texts = [];
const bundle = await bundleLimiter();
const redis = await openRedis();
const client = new Redis(REDIS_URL);
try {
  const context = {
    lib: await import(bundle.path),
    redis,
    client,
    redisPort: new URL(REDIS_URL).port,
    startSubject: (more) => startSubject({ bundle: bundle.path, redisUrl: REDIS_URL, ...more }),
    options,
  };
  for (const section of options.sections) {
    console.log(`\n${TITLES[section]}`);
    const { measure, render } = await import(`./limiter/sections/${section}.mjs`);
    const result = await measure(context);
    report.results[section] = result;
    texts.push(`### ${TITLES[section]}\n\n${render(result)}`);
  }
} finally {
  client.disconnect();
  await redis.close();
  await bundle.remove();
}

await publish({ name: 'limiter results', report, texts, isWritten: options.isWritten });
