import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { POINTS, SERIES, UPDATES_PER_SECOND } from './charts/stream.mjs';
import { readCommandLine } from './lib/command-line.mjs';
import { describeMachine } from './lib/machine.mjs';

const SECTIONS = ['frames', 'soak'];
const USAGE = `node bench/charts.mjs [options]

  --only NAME    one section: ${SECTIONS.join(', ')}
  --seconds N    frames: measured seconds per library (20)
  --soak N       soak: seconds (180)
  --write        keeps the results in bench/results/charts.json`;
const TITLES = {
  frames: `${SERIES} series of ${POINTS} points, ${UPDATES_PER_SECOND} updates per second`,
  soak: 'Memory of the chart over time, after collecting garbage',
};

const numbers = { seconds: 20, soak: 180 };
const options = readCommandLine(process.argv.slice(2), {
  usage: USAGE,
  sections: SECTIONS,
  numbers,
});

const { cpu, cores, memory_gib, system, node } = describeMachine();
const report = {
  date: new Date().toISOString(),
  command: ['node bench/charts.mjs', ...process.argv.slice(2)].join(' '),
  machine: { cpu, cores, memory_gib, system, node },
  results: {},
};
for (const section of options.sections) {
  const { measure, render } = await import(`./charts/${section}.mjs`);
  const result = await measure(options.numbers);
  report.results[section] = result;
  console.log(`\n### ${TITLES[section]}\n\n${render(result)}`);
}
if (options.isWritten) {
  const folder = fileURLToPath(new URL('results', import.meta.url));
  await mkdir(folder, { recursive: true });
  await writeFile(`${folder}/charts.json`, `${JSON.stringify(report, null, 2)}\n`);
}
