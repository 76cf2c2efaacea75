import { candidates, startYardstick, URL_UNDER_TEST, YARDSTICK_URL } from '../candidates.mjs';
import { ask } from '../lib/child.mjs';
import { applyLoad } from '../lib/load.mjs';
import { faultsOf, ratioOf, summary } from '../lib/slices.mjs';
import { median } from '../lib/statistics.mjs';
import { table, whole } from '../lib/table.mjs';

const WARM_UP_SECONDS = 2;
const SLICE_SECONDS = 1;

/**
 * Requests per second of each server. Every second of a candidate follows a second of the
 * yardstick and is compared with that one, so that what slows the machine slows both.
 */
export async function measure({ redis, options }) {
  const chosen = candidates.filter((candidate) =>
    titleOf(candidate).toLowerCase().includes(options.match),
  );
  const slices = new Map(chosen.map((candidate) => [candidate, []]));
  const yardstick = startYardstick();
  try {
    await yardstick.answers(YARDSTICK_URL);
    await loadFor(YARDSTICK_URL, WARM_UP_SECONDS, options);
    for (let round = 1; round <= options.rounds; round++) {
      for (const candidate of chosen) {
        const taken = await measureOne(candidate, redis, options);
        slices.get(candidate).push(...taken);
        const ratio = median(taken.map(ratioOf)).toFixed(2);
        console.log(
          `  ${round}/${options.rounds}  ${titleOf(candidate)}: ${ratio} of bare node:http`,
        );
      }
    }
  } finally {
    await yardstick.stop();
  }
  const all = [...slices.values()].flat();
  return [
    { server: 'bare node:http', path: '', ...summary(all.map(({ bare }) => bare)), ratio: 1 },
    ...chosen.map((candidate) => {
      const taken = slices.get(candidate);
      const ratios = taken.map(ratioOf);
      return {
        server: candidate.name,
        path: candidate.path,
        ...summary(taken.map(({ own }) => own)),
        ratio: median(ratios),
        lowest: Math.min(...ratios),
        highest: Math.max(...ratios),
      };
    }),
  ];
}

async function measureOne(candidate, redis, options) {
  await redis.flush();
  const server = candidate.start();
  try {
    await server.answers(URL_UNDER_TEST);
    const warmUp = await loadFor(URL_UNDER_TEST, WARM_UP_SECONDS, options);
    const slices = [];
    for (let second = 0; second < options.seconds; second += SLICE_SECONDS) {
      const bare = await loadFor(YARDSTICK_URL, SLICE_SECONDS, options);
      slices.push({ bare, own: await loadFor(URL_UNDER_TEST, SLICE_SECONDS, options) });
    }
    const loads = [warmUp, ...slices.map(({ own }) => own)];
    const last = await ask(URL_UNDER_TEST);
    const faults = [...faultsOf(candidate, loads, last, await redis.counted())];
    if (faults.length > 0) throw new Error(`${titleOf(candidate)}: ${faults.join('; ')}`);
    return slices;
  } finally {
    await server.stop();
  }
}

function loadFor(url, seconds, { connections }) {
  return applyLoad({ url, connections, seconds });
}

function titleOf({ name, path }) {
  return `${name}, ${path}`;
}

export function render(rows) {
  return table(
    ['Server', 'Path', 'Requests/s', 'p50 ms', 'p99 ms', 'Ratio', 'Lowest-highest'],
    rows.map((row) => [
      row.server,
      row.path,
      whole(row.requests_per_second),
      row.p50_ms.toFixed(2),
      row.p99_ms.toFixed(2),
      row.ratio.toFixed(2),
      row.lowest === undefined ? '' : `${row.lowest.toFixed(2)}-${row.highest.toFixed(2)}`,
    ]),
  );
}
