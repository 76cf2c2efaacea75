import { ask } from '../../lib/child.mjs';
import { applyLoad } from '../../lib/load.mjs';
import { faultsOf, ratioOf, summary } from '../../lib/slices.mjs';
import { median } from '../../lib/statistics.mjs';
import { table, whole } from '../../lib/table.mjs';
import { candidates, FASTIFY, URL_UNDER_TEST, YARDSTICK_URL, yardsticks } from '../candidates.mjs';
import { cpuSeconds } from '../process-usage.mjs';
import { startQuoteUpstream } from '../upstreams/quote.mjs';

const WARM_UP_SECONDS = 3;
const SLICE_SECONDS = 1;

/**
 * A small GET through each proxy. Every second of a candidate follows a second of its yardstick and is
 * compared with that one, so that what slows the machine slows both.
 */
export async function measure({ redis, options }) {
  const upstream = await startQuoteUpstream();
  try {
    const rows = [];
    for (const path of ['allowed', 'denied']) {
      const chosen = candidates.filter(
        (candidate) =>
          candidate.path === path && titleOf(candidate).toLowerCase().includes(options.match),
      );
      if (chosen.length > 0) rows.push(...(await measurePath(path, chosen, redis, options)));
    }
    return rows;
  } finally {
    await upstream.stop();
  }
}

async function measurePath(path, chosen, redis, options) {
  const slices = new Map(chosen.map((candidate) => [candidate, []]));
  const yardstick = await yardsticks[path].start();
  try {
    await loadFor(YARDSTICK_URL, WARM_UP_SECONDS, options);
    for (let round = 1; round <= options.rounds; round++) {
      for (const candidate of chosen) {
        const taken = await measureOne(candidate, yardstick, redis, options);
        slices.get(candidate).push(...taken);
        console.log(
          `  ${round}/${options.rounds}  ${titleOf(candidate)}: ` +
            `${median(taken.map(ratioOf)).toFixed(2)} of ${yardsticks[path].name}`,
        );
      }
    }
  } finally {
    await yardstick.stop();
  }
  const bare = [...slices.values()].flat().map((slice) => slice.bare);
  return [
    { server: yardsticks[path].name, path, ...usage(bare), ratio: 1 },
    ...chosen.map((candidate) => {
      const taken = slices.get(candidate);
      const ratios = taken.map(ratioOf);
      return {
        server: candidate.name,
        path,
        ...usage(taken.map(({ own }) => own)),
        ratio: median(ratios),
        lowest: Math.min(...ratios),
        highest: Math.max(...ratios),
      };
    }),
  ];
}

async function measureOne(candidate, yardstick, redis, options) {
  await redis.flush();
  const { headers } = candidate;
  const server = await candidate.start();
  try {
    const warmUp = await loadFor(URL_UNDER_TEST, WARM_UP_SECONDS, options, headers);
    const slices = [];
    for (let second = 0; second < options.seconds; second += SLICE_SECONDS) {
      slices.push({
        bare: await usageOf(yardstick, () => loadFor(YARDSTICK_URL, SLICE_SECONDS, options)),
        own: await usageOf(server, () => loadFor(URL_UNDER_TEST, SLICE_SECONDS, options, headers)),
      });
    }
    const loads = [warmUp, ...slices.map(({ own }) => own)];
    const last = await ask(URL_UNDER_TEST, { headers });
    const counted = candidate.usesRedis ? await redis.counted() : 0;
    const faults = [...faultsOf(candidate, loads, last, counted)];
    if (faults.length > 0) throw new Error(`${titleOf(candidate)}: ${faults.join('; ')}`);
    return slices;
  } finally {
    await server.stop();
  }
}

function loadFor(url, seconds, { connections }, headers = {}) {
  return applyLoad({ url, connections, seconds, headers });
}

/** What the load was, and what it took of the server's core. */
async function usageOf({ pid }, applied) {
  const before = cpuSeconds(pid);
  const load = await applied();
  const after = cpuSeconds(pid);
  return { ...load, cpuSeconds: after === undefined ? undefined : after - before };
}

function usage(loads) {
  const known = loads.filter((load) => load.cpuSeconds !== undefined);
  return {
    ...summary(loads),
    ...(known.length > 0 && {
      cpu_us: median(known.map((load) => (load.cpuSeconds * 1e6) / load.requests)),
      busy_percent: median(known.map((load) => (load.cpuSeconds * 100) / load.seconds)),
    }),
  };
}

function titleOf({ name, path }) {
  return `${name}, ${path}`;
}

export function render(rows) {
  const fastifyOf = (path) => rows.find((row) => row.server === FASTIFY && row.path === path);
  return `The upstream is an nginx that answers with a constant, on the core of the load generator. Where a proxy's core was not busy, that
other core was what kept it from more.

${table(
  [
    'Proxy',
    'Path',
    'Requests/s',
    'p50 ms',
    'p99 ms',
    'Processor, µs per request',
    'Its core, % busy',
    'Ratio',
    'Lowest-highest',
    'Times Fastify',
  ],
  rows.map((row) => {
    const fastify = fastifyOf(row.path);
    return [
      row.server,
      row.path,
      whole(row.requests_per_second),
      row.p50_ms.toFixed(2),
      row.p99_ms.toFixed(2),
      row.cpu_us?.toFixed(1) ?? '',
      row.busy_percent?.toFixed(0) ?? '',
      row.ratio.toFixed(2),
      row.lowest === undefined ? '' : `${row.lowest.toFixed(2)}-${row.highest.toFixed(2)}`,
      fastify === undefined ? '' : (row.ratio / fastify.ratio).toFixed(2),
    ];
  }),
)}`;
}
