import { readOptions } from './lib/options.mjs';
import { installPeers } from './lib/peers.mjs';

const options = readOptions(process.argv.slice(2));
installPeers();

// Only now: the modules below import what has just been installed.
const { describeMachine, isPinned } = await import('./lib/machine.mjs');
const { hasPages, isBuilt } = await import('./lib/floodgate.mjs');
const { openRedis } = await import('./lib/redis.mjs');
const { fail, runSections } = await import('./lib/sections.mjs');

const TITLES = {
  http: 'Requests per second',
  start: 'Start and memory',
  exactness: 'Exactness',
  cardinality: 'Many clients',
};

if (!isBuilt) fail('Floodgate is not built; run npm run build first.');
if (!hasPages) console.warn('warning: no Next build, so next start and role all are left out');
if (!isPinned) console.warn('warning: not pinned to cores (needs taskset and two cores)');

const redis = await openRedis();
try {
  await runSections({
    name: 'results',
    script: 'bench',
    folder: new URL('./sections/', import.meta.url),
    titles: TITLES,
    machine: describeMachine(),
    context: { redis, options },
  });
} finally {
  await redis.close();
}
