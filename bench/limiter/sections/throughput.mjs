import { median } from '../../lib/statistics.mjs';
import { table, whole } from '../../lib/table.mjs';
import { createCandidates, YARDSTICKS } from '../candidates.mjs';

export const SCENARIOS = [
  { inFlight: 64, keys: 1 },
  { inFlight: 64, keys: 1_000 },
  { inFlight: 512, keys: 1 },
  { inFlight: 512, keys: 1_000 },
];

/** Enough for the compiler to be done with either process before it is measured. */
const WARM_UP_MS = 1_500;
const SETTLE_MS = 300;

/**
 * Decisions per second of each limiter. Every slice of a candidate follows a slice of the yardstick
 * in a process of its own on the same core, so that what slows the machine slows both.
 */
export async function measure({ lib, redis, startSubject, options }) {
  const candidates = createCandidates(lib);
  const rows = [];
  for (const store of ['redis', 'memory']) {
    const yardstickName = YARDSTICKS[store];
    const chosen = candidates.filter(
      ({ name, store: own }) => own === store && name.toLowerCase().includes(options.match),
    );
    if (chosen.length === 0) continue;
    const yardstick = await openWarm(startSubject, yardstickName);
    for (const candidate of chosen) {
      const subject = await openWarm(startSubject, candidate.name);
      for (const scenario of SCENARIOS) {
        await redis.flush();
        const slices = await compare({ yardstick, subject, scenario, options });
        check(candidate, scenario, await subject.tell('totals'), options);
        rows.push(summary(candidate, scenario, slices));
        console.log(`  ${describe(rows.at(-1))}`);
      }
      await subject.stop();
    }
    await yardstick.stop();
  }
  return rows;
}

async function openWarm(startSubject, name) {
  const subject = await startSubject();
  await subject.tell('open', { name });
  await subject.tell('begin', { prefix: 'warm-up', count: 1_000 });
  await subject.tell('slice', { inFlight: 64, ms: WARM_UP_MS });
  return subject;
}

async function compare({ yardstick, subject, scenario, options }) {
  const prefix = `bench-${scenario.inFlight}-${scenario.keys}`;
  const both = [yardstick, subject];
  const slice = { inFlight: scenario.inFlight, ms: options.sliceMs };
  for (const [i, process] of both.entries()) {
    await process.tell('begin', { prefix: `${prefix}-${i}`, count: scenario.keys });
    await process.tell('slice', { ...slice, ms: SETTLE_MS });
  }
  const slices = [];
  for (let i = 0; i < options.slices; i++) {
    const beside = await yardstick.tell('slice', slice);
    slices.push({ beside, own: await subject.tell('slice', slice) });
  }
  return slices;
}

/** Who lets decisions pass without counting them is quick, and no limiter. */
function check({ name, path, forgets }, { keys }, { decisions, allowed, used }) {
  const told = `${name}: ${decisions} decisions, ${allowed} allowed, ${used} counted`;
  if (path === 'denied') {
    if (allowed > keys) throw new Error(`${told}; ${keys} is the limit`);
  } else if (forgets) {
    if (used > allowed) throw new Error(told);
  } else if (allowed !== decisions || used !== allowed) {
    throw new Error(told);
  }
}

function summary({ name, store, path }, { inFlight, keys }, slices) {
  const ratios = slices.map(({ beside, own }) => perSecond(own) / perSecond(beside));
  const decisions = slices.reduce((sum, { own }) => sum + own.decisions, 0);
  const allowed = slices.reduce((sum, { own }) => sum + own.allowed, 0);
  return {
    name,
    store,
    path,
    in_flight: inFlight,
    keys,
    decisions_per_second: Math.round(median(slices.map(({ own }) => perSecond(own)))),
    p50_us: median(slices.map(({ own }) => own.p50Us)),
    p99_us: median(slices.map(({ own }) => own.p99Us)),
    ratio: median(ratios),
    lowest: Math.min(...ratios),
    highest: Math.max(...ratios),
    allowed_share: allowed / decisions,
  };
}

function perSecond({ decisions, seconds }) {
  return decisions / seconds;
}

function describe(row) {
  const load = `${row.in_flight} in flight, ${whole(row.keys)} keys`;
  return `${row.name}, ${load}: ${whole(row.decisions_per_second)}/s, ${row.ratio.toFixed(2)}`;
}

export function render(rows) {
  return Object.keys(YARDSTICKS)
    .map((store) => rows.filter((row) => row.store === store))
    .filter((own) => own.length > 0)
    .map(renderStore)
    .join('\n\n');
}

function renderStore(rows) {
  const names = [...new Set(rows.map(({ name }) => name))];
  const titles = SCENARIOS.map(({ inFlight, keys }) => `${inFlight}, ${whole(keys)}`);
  const tableOf = (title, cell) =>
    table(
      [title, ...titles],
      names.map((name) => [
        name,
        ...SCENARIOS.map(({ inFlight, keys }) =>
          cell(
            rows.find(
              (row) => row.name === name && row.in_flight === inFlight && row.keys === keys,
            ),
          ),
        ),
      ]),
    );
  const yardstick = YARDSTICKS[rows[0].store];
  return [
    tableOf('Decisions/s', (row) => whole(row.decisions_per_second)),
    tableOf(
      `Times ${yardstick}`,
      (row) => `${row.ratio.toFixed(2)} (${row.lowest.toFixed(2)}-${row.highest.toFixed(2)})`,
    ),
    tableOf('p50 / p99, µs', (row) => `${microseconds(row.p50_us)} / ${microseconds(row.p99_us)}`),
  ].join('\n\n');
}

function microseconds(value) {
  return value < 10 ? value.toFixed(1) : whole(value);
}
