import { readOptions } from './lib/options.mjs';
import { installPeers } from './lib/peers.mjs';

const options = readOptions(process.argv.slice(2));
installPeers();

// Only now: the modules below import what has just been installed.
const { describeMachine, isPinned } = await import('./lib/machine.mjs');
const { hasPages, isBuilt } = await import('./lib/floodgate.mjs');
const { openRedis } = await import('./lib/redis.mjs');
const { publish } = await import('./lib/document.mjs');

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

await publish({ name: 'results', report, texts, isWritten: options.isWritten });

function fail(message) {
  console.error(`error: ${message}`);
  process.exit(1);
}
