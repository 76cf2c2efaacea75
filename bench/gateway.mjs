import { spawnSync } from 'node:child_process';
import { readCommandLine } from './lib/command-line.mjs';
import { installPeers } from './lib/peers.mjs';

const SECTIONS = ['proxy', 'body', 'idle', 'streams', 'breaker', 'replicas'];
const USAGE = `npm run bench:gateway -- [options]

  --only NAME        one section: ${SECTIONS.join(', ')}
  --match TEXT       proxy: only candidates whose name holds TEXT
  --seconds N        proxy: measured seconds per candidate and round (4)
  --rounds N         proxy: rounds, interleaved (2)
  --connections N    proxy: connections kept open (64)
  --mebibytes N      body: length of each (1,024)
  --idle N           idle: connections (10,000)
  --streams N        streams: open at once (1,000)
  --rate N           breaker: requests per second (2,000)
  --burst N          replicas: requests at once (5,000)
  --write            puts the tables into docs/benchmarks.md

  BENCH_SERVER       the bundle to measure, in place of dist/server.mjs`;
const numbers = {
  seconds: 4,
  rounds: 2,
  connections: 64,
  mebibytes: 1_024,
  idle: 10_000,
  streams: 1_000,
  rate: 2_000,
  burst: 5_000,
};

const read = readCommandLine(process.argv.slice(2), { usage: USAGE, sections: SECTIONS, numbers });
const options = { ...read, ...read.numbers };
installPeers();

// Only now: the modules below import what has just been installed.
const { describeMachine, isPinned, LOAD_CORE } = await import('./lib/machine.mjs');
const { openRedis } = await import('./lib/redis.mjs');
const { fail, runSections } = await import('./lib/sections.mjs');
const { isBuilt } = await import('./gateway/floodgate.mjs');
const { haproxyVersion } = await import('./gateway/haproxy.mjs');
const { nginxVersion } = await import('./gateway/nginx.mjs');
const { openFilesFault } = await import('./gateway/open-files.mjs');

const TITLES = {
  proxy: 'Requests per second through a route',
  body: 'Long bodies',
  idle: 'Idle connections',
  streams: 'Event streams',
  breaker: 'An upstream that fails',
  replicas: 'Three gateways behind nginx',
};

// A proxy holds two ends of each exchange, and one of a connection that is idle.
const MOST_CONNECTIONS = {
  idle: options.idle,
  streams: 2 * options.streams,
  replicas: 2 * options.burst,
};

for (const section of options.sections) {
  const fault = openFilesFault(section, MOST_CONNECTIONS[section] ?? 0);
  if (fault !== undefined) fail(fault);
}
if (!isBuilt) fail('Floodgate is not built; run npm run build first.');
if (nginxVersion === undefined) fail('nginx is needed, as the upstream: apt-get install nginx.');
if (haproxyVersion === undefined) console.warn('warning: no HAProxy, so it is left out');
if (!isPinned) console.warn('warning: not pinned to cores (needs taskset and two cores)');
// This process is a client too, of long bodies and many connections: it must stay off the server's core.
else spawnSync('taskset', ['-acp', String(LOAD_CORE), String(process.pid)], { stdio: 'ignore' });

const { cpu, cores, memory_gib, system, node, redis, load_generator, pinned } = describeMachine();
const store = await openRedis();
try {
  await runSections({
    name: 'gateway results',
    script: 'bench:gateway',
    folder: new URL('./gateway/sections/', import.meta.url),
    titles: TITLES,
    machine: {
      ...{ cpu, cores, memory_gib, system, node, redis, load_generator, pinned },
      nginx: nginxVersion,
      haproxy: haproxyVersion ?? 'none',
    },
    context: { redis: store, options },
  });
} finally {
  await store.close();
}
