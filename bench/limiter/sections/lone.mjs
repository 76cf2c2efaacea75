import { median } from '../../lib/statistics.mjs';
import { table } from '../../lib/table.mjs';

/** A decision that has Redis to itself, against the least that a round trip can take. */
export async function measure({ redis, startSubject, options }) {
  await redis.flush();
  const subject = await startSubject();
  const rounds = await subject.tell('lone', { rounds: options.slices, pairs: options.pairs });
  await subject.stop();
  const of = (who, field) => median(rounds.map((round) => round[who][field]));
  const row = (percentile, field) => {
    const ratios = rounds.map(({ ping, decision }) => decision[field] / ping[field]);
    return {
      percentile,
      ping_us: of('ping', field),
      decision_us: of('decision', field),
      ratio: median(ratios),
      lowest: Math.min(...ratios),
      highest: Math.max(...ratios),
    };
  };
  return [row('p50', 'p50Us'), row('p99', 'p99Us')];
}

export function render(rows) {
  return table(
    ['', 'PING, µs', 'Decision, µs', 'Ratio', 'Lowest-highest'],
    rows.map((row) => [
      row.percentile,
      row.ping_us.toFixed(0),
      row.decision_us.toFixed(0),
      row.ratio.toFixed(2),
      `${row.lowest.toFixed(2)}-${row.highest.toFixed(2)}`,
    ]),
  );
}
