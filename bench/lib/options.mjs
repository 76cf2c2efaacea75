import { parseArgs } from 'node:util';

export const SECTIONS = ['http', 'start', 'exactness', 'cardinality'];

const USAGE = `npm run bench -- [options]

  --only NAME        one section: ${SECTIONS.join(', ')}
  --match TEXT       http: only candidates whose name holds TEXT
  --seconds N        http: measured seconds per candidate and round (4)
  --rounds N         http: rounds, interleaved (2)
  --connections N    http: connections kept open (64)
  --write            puts the tables into docs/benchmarks.md`;

/**
 * @param {string[]} args
 * @returns options, durations in seconds; ends the process for --help or a fault
 */
export function readOptions(args) {
  try {
    const { values } = parseArgs({
      args,
      options: {
        only: { type: 'string' },
        match: { type: 'string', default: '' },
        seconds: { type: 'string', default: '4' },
        rounds: { type: 'string', default: '2' },
        connections: { type: 'string', default: '64' },
        write: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) leave(USAGE, 0);
    if (values.only !== undefined && !SECTIONS.includes(values.only)) {
      throw new TypeError(`--only takes one of ${SECTIONS.join(', ')}`);
    }
    return {
      sections: values.only === undefined ? SECTIONS : [values.only],
      match: values.match.toLowerCase(),
      seconds: wholeNumber('--seconds', values.seconds),
      rounds: wholeNumber('--rounds', values.rounds),
      connections: wholeNumber('--connections', values.connections),
      write: values.write,
    };
  } catch (error) {
    return leave(`${error.message}\n\n${USAGE}`, 2);
  }
}

function wholeNumber(name, text) {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new TypeError(`${name} takes a whole number`);
  return value;
}

function leave(message, code) {
  console.log(message);
  process.exit(code);
}
