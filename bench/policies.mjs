import { readCommandLine } from './lib/command-line.mjs';
import { installPeers } from './lib/peers.mjs';

const SECTIONS = ['lookup', 'compile', 'overhead', 'reload'];
const USAGE = `npm run bench:policies -- [options]

  --only NAME        one section: ${SECTIONS.join(', ')}
  --policies N       overhead, reload: policies loaded (1,000)
  --seconds N        overhead: measured seconds per kind of caller (8)
  --connections N    overhead: connections kept open (64)
  --changes N        reload: changes made (1,000)
  --write            puts the tables into docs/benchmarks.md`;
const numbers = { policies: 1_000, seconds: 8, connections: 64, changes: 1_000 };

const read = readCommandLine(process.argv.slice(2), { usage: USAGE, sections: SECTIONS, numbers });
const options = { ...read, ...read.numbers };
installPeers();

// Only now: the modules below import what has just been installed.
const { describeMachine, isPinned } = await import('./lib/machine.mjs');
const { isBuilt } = await import('./lib/floodgate.mjs');
const { fail, runSections } = await import('./lib/sections.mjs');

const TITLES = {
  lookup: 'Finding what applies to a request',
  compile: 'Compiling a configuration',
  overhead: 'What policies add to a request',
  reload: 'A change until it is in force',
};

if (!isBuilt) fail('Floodgate is not built; run npm run build first.');
if (!isPinned) console.warn('warning: not pinned to cores (needs taskset and two cores)');

const { cpu, cores, memory_gib, system, node, load_generator, pinned } = describeMachine();
await runSections({
  name: 'policies results',
  script: 'bench:policies',
  folder: new URL('./policies/sections/', import.meta.url),
  titles: TITLES,
  machine: { cpu, cores, memory_gib, system, node, load_generator, pinned },
  context: { options },
});
