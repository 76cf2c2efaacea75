import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { onCore, SERVER_CORE } from '../../lib/machine.mjs';
import { median } from '../../lib/statistics.mjs';
import { table, whole } from '../../lib/table.mjs';
import { loadDecideScript } from '../floodgate.mjs';
import { roomyLimit } from '../limits.mjs';
import { SCENARIOS } from './throughput.mjs';

const run = promisify(execFile);
const PIPELINE = 32;
const CALLS_PER_SECOND = 100_000;

/** What a C client gets out of the same script, one decision a call, 32 calls in a pipeline. */
export async function measure({ lib, redis, client, redisPort, startSubject, options }) {
  const script = await client.script('LOAD', loadDecideScript(lib));
  const limit = roomyLimit(lib, 'fixed-window');
  const parameters = lib.algorithmOf(limit).parameters(limit);
  const subject = await startSubject();
  await subject.tell('open', { name: 'Floodgate, fixed-window' });

  async function ceiling(keys) {
    const calls = Math.ceil((options.sliceMs / 1_000) * CALLS_PER_SECOND);
    const key = keys === 1 ? 'ratelimit:{ceiling}' : 'ratelimit:{__rand_int__}';
    const checks = [limit.algorithm, ...parameters, 1, 1, 1];
    const flags = ['-p', redisPort, '-P', PIPELINE, '-n', calls, ...(keys > 1 ? ['-r', keys] : [])];
    const command = ['redis-benchmark', '-q', ...flags, 'EVALSHA', script, 1, key, ...checks];
    const [file, ...args] = onCore(SERVER_CORE, command.map(String));
    const { stdout } = await run(file, args);
    const rate = [...stdout.matchAll(/([\d.]+) requests per second/g)].at(-1)?.[1];
    if (rate === undefined) throw new Error(`redis-benchmark did not report:\n${stdout}`);
    return Number(rate);
  }

  const rows = [];
  for (const { inFlight, keys } of SCENARIOS) {
    await redis.flush();
    await subject.tell('begin', { prefix: `ceiling-${inFlight}-${keys}`, count: keys });
    const slice = { inFlight, ms: options.sliceMs };
    await subject.tell('slice', slice);
    const pairs = [];
    for (let i = 0; i < options.slices; i++) {
      const highest = await ceiling(keys);
      const { decisions, seconds } = await subject.tell('slice', slice);
      pairs.push({ highest, own: decisions / seconds });
    }
    const ratios = pairs.map(({ highest, own }) => own / highest);
    rows.push({
      in_flight: inFlight,
      keys,
      redis_benchmark: Math.round(median(pairs.map(({ highest }) => highest))),
      decisions_per_second: Math.round(median(pairs.map(({ own }) => own))),
      ratio: median(ratios),
      lowest: Math.min(...ratios),
      highest: Math.max(...ratios),
    });
  }
  await subject.stop();
  return rows;
}

export function render(rows) {
  return table(
    ['In flight', 'Keys', 'redis-benchmark/s', 'Floodgate/s', 'Ratio', 'Lowest-highest'],
    rows.map((row) => [
      whole(row.in_flight),
      whole(row.keys),
      whole(row.redis_benchmark),
      whole(row.decisions_per_second),
      row.ratio.toFixed(2),
      `${row.lowest.toFixed(2)}-${row.highest.toFixed(2)}`,
    ]),
  );
}
