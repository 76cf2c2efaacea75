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
const { publish } = await import('./lib/document.mjs');

const TITLES = {
  lookup: 'Finding what applies to a request',
  compile: 'Compiling a configuration',
  overhead: 'What policies add to a request',
  reload: 'A change until it is in force',
};

if (!isBuilt) {
  console.error('error: Floodgate is not built; run npm run build first.');
  process.exit(1);
}
if (!isPinned) console.warn('warning: not pinned to cores (needs taskset and two cores)');

const { cpu, cores, memory_gib, system, node, load_generator, pinned } = describeMachine();
const report = {
  date: new Date().toISOString(),
  command: ['npm run bench:policies', ...process.argv.slice(2)].join(' '),
  machine: { cpu, cores, memory_gib, system, node, load_generator, pinned },
  results: {},
};
const texts = [];
for (const section of options.sections) {
  console.log(`\n${TITLES[section]}`);
  const { measure, render } = await import(`./policies/sections/${section}.mjs`);
  const result = await measure({ options });
  report.results[section] = result;
  texts.push(`### ${TITLES[section]}\n\n${render(result)}`);
}

await publish({ name: 'policies results', report, texts, isWritten: options.isWritten });
