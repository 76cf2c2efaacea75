import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { readOptions } from './lib/options.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

const options = readOptions(process.argv.slice(2));
if (!existsSync(here('node_modules/.package-lock.json'))) installPeers();

// Only now: the modules below import what has just been installed.
const { describeMachine, isPinned } = await import('./lib/machine.mjs');
const { hasPages, isBuilt } = await import('./lib/floodgate.mjs');
const { openRedis } = await import('./lib/redis.mjs');
const { writeResults } = await import('./lib/document.mjs');

const TITLES = {
  http: 'Requests per second',
  start: 'Start and memory',
  exactness: 'Exactness',
  cardinality: 'Many clients',
};

if (!isBuilt) fail('Floodgate is not built; run npm run build first.');
if (!hasPages) console.warn('warning: no Next build, so next start and role all are left out');
if (!isPinned) console.warn('warning: not pinned to cores (needs taskset and two cores)');

const report = {
  date: new Date().toISOString(),
  command: ['npm run bench', ...process.argv.slice(2)].join(' '),
  machine: describeMachine(),
  results: {},
};
const texts = [];
const redis = await openRedis();
try {
  for (const section of options.sections) {
    console.log(`\n${TITLES[section]}`);
    const { measure, render } = await import(`./sections/${section}.mjs`);
    const result = await measure({ redis, options });
    report.results[section] = result;
    texts.push(`### ${TITLES[section]}\n\n${render(result)}`);
  }
} finally {
  await redis.close();
}

const text = [describeRun(report), ...texts].join('\n\n');
console.log(`\n${text}`);
await mkdir(here('results'), { recursive: true });
await writeFile(here('results/latest.json'), `${JSON.stringify(report, null, 2)}\n`);
if (options.write) await writeResults(here('../docs/benchmarks.md'), text);

function describeRun({ date, command, machine }) {
  const facts = Object.entries(machine).map(
    ([name, value]) => `${name.replaceAll('_', ' ')} ${value}`,
  );
  return `${date.slice(0, 10)}, \`${command}\`. ${facts.join(' · ')}.`;
}

function installPeers() {
  console.log('Installing what Floodgate is compared with …');
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--prefix', here('.')];
  const { status } = spawnSync('npm', args, { stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) fail('npm ci in bench/ failed.');
}

function fail(message) {
  console.error(`error: ${message}`);
  process.exit(1);
}
