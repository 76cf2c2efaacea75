import { readCommandLine } from '../lib/command-line.mjs';

const SECTIONS = ['throughput', 'ceiling', 'lone', 'exactness', 'cardinality'];

const USAGE = `npm run bench:limiter -- [options]

  --only NAME        one section: ${SECTIONS.join(', ')}
  --match TEXT       throughput: only limiters whose name holds TEXT
  --slices N         measured slices of each candidate and load (4)
  --slice-ms N       length of a slice (400)
  --pairs N          lone: decisions and PINGs of each slice (5000)
  --keys N           cardinality: distinct keys in memory (10000000)
  --redis-keys N     cardinality: distinct keys in Redis (1000000)
  --write            puts the tables into docs/benchmarks.md`;

/**
 * @param {string[]} args
 * @returns options, durations in ms
 */
export function readOptions(args) {
  const { numbers, ...others } = readCommandLine(args, {
    usage: USAGE,
    sections: SECTIONS,
    numbers: {
      slices: 4,
      'slice-ms': 400,
      pairs: 5_000,
      keys: 10_000_000,
      'redis-keys': 1_000_000,
    },
  });
  const { 'slice-ms': sliceMs, 'redis-keys': redisKeys, ...rest } = numbers;
  return { ...others, ...rest, sliceMs, redisKeys };
}
