import { parseArgs } from 'node:util';

export const SECTIONS = ['throughput', 'ceiling', 'lone', 'exactness', 'cardinality'];

const USAGE = `npm run bench:limiter -- [options]

  --only NAME        one section: ${SECTIONS.join(', ')}
  --match TEXT       throughput: only limiters whose name holds TEXT
  --slices N         measured slices of each candidate and load (4)
  --slice-ms N       length of a slice (400)
  --pairs N          lone: decisions and PINGs of each slice (5000)
  --keys N           cardinality: distinct keys in memory (10000000)
  --redis-keys N     cardinality: distinct keys in Redis (1000000)
  --write            puts the tables into docs/benchmarks.md`;

const NUMBERS = {
  slices: '4',
  'slice-ms': '400',
  pairs: '5000',
  keys: '10000000',
  'redis-keys': '1000000',
};

/**
 * @param {string[]} args
 * @returns options, durations in ms; ends the process for --help or a fault
 */
export function readOptions(args) {
  try {
    const numeric = Object.entries(NUMBERS).map(([name, standard]) => [
      name,
      { type: 'string', default: standard },
    ]);
    const { values } = parseArgs({
      args,
      options: {
        only: { type: 'string' },
        match: { type: 'string', default: '' },
        ...Object.fromEntries(numeric),
        write: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) leave(USAGE, 0);
    if (values.only !== undefined && !SECTIONS.includes(values.only)) {
      throw new TypeError(`--only takes one of ${SECTIONS.join(', ')}`);
    }
    const number = (name) => wholeNumber(`--${name}`, values[name]);
    return {
      sections: values.only === undefined ? SECTIONS : [values.only],
      match: values.match.toLowerCase(),
      slices: number('slices'),
      sliceMs: number('slice-ms'),
      pairs: number('pairs'),
      keys: number('keys'),
      redisKeys: number('redis-keys'),
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
