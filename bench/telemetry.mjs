import { spawnSync } from 'node:child_process';
import { readCommandLine } from './lib/command-line.mjs';
import { installPeers } from './lib/peers.mjs';

const SECTIONS = ['overhead', 'commands', 'blocked', 'viewers'];
const USAGE = `npm run bench:telemetry -- [options]

  --only NAME        one section: ${SECTIONS.join(', ')}
  --seconds N        overhead, viewers: measured pairs of seconds per row (12)
  --connections N    overhead, viewers: connections kept open (64)
  --rate N           commands: requests per second of the busier half (4,000)
  --clients N        blocked: distinct blocked clients per second (50,000)
  --span N           blocked: seconds of it (60)
  --viewers N        viewers: of the live feed (500)
  --write            puts the tables into docs/benchmarks.md`;
const numbers = {
  seconds: 12,
  connections: 64,
  rate: 4_000,
  clients: 50_000,
  span: 60,
  viewers: 500,
};

const read = readCommandLine(process.argv.slice(2), { usage: USAGE, sections: SECTIONS, numbers });
const options = { ...read, ...read.numbers };
installPeers();

// Only now: the modules below import what has just been installed.
const { describeMachine, isPinned, LOAD_CORE } = await import('./lib/machine.mjs');
const { openRedis } = await import('./lib/redis.mjs');
const { fail, runSections } = await import('./lib/sections.mjs');
const { isBuilt } = await import('./lib/floodgate.mjs');

const TITLES = {
  overhead: 'What telemetry costs a request',
  commands: 'What telemetry asks of Redis',
  blocked: 'Many blocked clients',
  viewers: 'Viewers of the live feed',
};

if (!isBuilt) fail('Floodgate is not built; run npm run build first.');
if (!isPinned) console.warn('warning: not pinned to cores (needs taskset and two cores)');
// This process sends the paced requests: it must stay off the server's core.
else spawnSync('taskset', ['-acp', String(LOAD_CORE), String(process.pid)], { stdio: 'ignore' });

const { cpu, cores, memory_gib, system, node, redis, load_generator, pinned } = describeMachine();
const store = await openRedis();
try {
  await runSections({
    name: 'telemetry results',
    script: 'bench:telemetry',
    folder: new URL('./telemetry/sections/', import.meta.url),
    titles: TITLES,
    machine: { cpu, cores, memory_gib, system, node, redis, load_generator, pinned },
    context: { redis: store, options },
  });
} finally {
  await store.close();
}
