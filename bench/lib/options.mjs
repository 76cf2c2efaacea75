import { readCommandLine } from './command-line.mjs';

const SECTIONS = ['http', 'start', 'exactness', 'cardinality'];

const USAGE = `npm run bench -- [options]

  --only NAME        one section: ${SECTIONS.join(', ')}
  --match TEXT       http: only candidates whose name holds TEXT
  --seconds N        http: measured seconds per candidate and round (4)
  --rounds N         http: rounds, interleaved (2)
  --connections N    http: connections kept open (64)
  --write            puts the tables into docs/benchmarks.md`;

/**
 * @param {string[]} args
 * @returns options, durations in seconds
 */
export function readOptions(args) {
  const numbers = { seconds: 4, rounds: 2, connections: 64 };
  const read = readCommandLine(args, { usage: USAGE, sections: SECTIONS, numbers });
  return { ...read, ...read.numbers };
}
