import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { readOptions } from './limiter/options.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

const options = readOptions(process.argv.slice(2));
installPeers();

// Only now: the modules below import what has just been installed.
const { Redis } = await import('ioredis');
const { describeMachine, isPinned } = await import('./lib/machine.mjs');
const { openRedis, REDIS_URL } = await import('./lib/redis.mjs');
const { bundleLimiter } = await import('./limiter/bundle.mjs');
const { writeResults } = await import('./limiter/document.mjs');
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

const text = [describeRun(report), ...texts].join('\n\n');
console.log(`\n${text}`);
await mkdir(here('results'), { recursive: true });
await writeFile(here('results/limiter.json'), `${JSON.stringify(report, null, 2)}\n`);
if (options.write) await writeResults(here('../docs/benchmarks.md'), text);

function describeRun({ date, command, machine }) {
  const facts = Object.entries(machine).map(
    ([name, value]) => `${name.replaceAll('_', ' ')} ${value}`,
  );
  return `${date.slice(0, 10)}, \`${command}\`. ${facts.join(' · ')}.`;
}

function installPeers() {
  if (existsSync(here('node_modules/rate-limiter-flexible/package.json'))) return;
  console.log('Installing what Floodgate is compared with …');
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--prefix', here('.')];
  const { status } = spawnSync('npm', args, { stdio: ['ignore', 'ignore', 'inherit'] });
  if (status === 0) return;
  console.error('error: npm ci in bench/ failed.');
  process.exit(1);
}
