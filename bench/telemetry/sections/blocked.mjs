import { bundleLib } from '../../lib/bundle.mjs';
import { residentMib } from '../../lib/machine.mjs';
import { table, whole } from '../../lib/table.mjs';

const ENTRY = `
  export { createRecorder, createTrafficHistory } from './lib/telemetry/traffic';
  export { RequestRecord } from './lib/gateway';
`;
/** Clients that are refused more often than all others, and their share of all refusals. */
const HEAVY = 10;
const HEAVY_PERCENT = 10;

/**
 * Refusals of ever new clients, some of them again and again, as fast as they are said to come: what does it
 * take, and are those some found?
 */
export async function measure({ options }) {
  const { path, remove } = await bundleLib(ENTRY);
  const lib = await import(path).finally(remove);
  const history = lib.createTrafficHistory();
  const recorder = lib.createRecorder({ replica: 'bench', onFrame: (frame) => history.put(frame) });
  const truth = new Map();
  globalThis.gc?.();
  const beforeMib = residentMib(process.pid);
  let busyMs = 0;
  let number = 0;
  const startedMs = performance.now();
  const startedAt = Math.floor(Date.now() / 1_000);
  for (let second = 0; second < options.span; second++) {
    const beganMs = performance.now();
    for (let i = 0; i < options.clients; i++) {
      const address = addressOf(number++);
      recorder.onAnswer(refusalOf(lib.RequestRecord, address));
      if (isHeavy(address)) truth.set(address, (truth.get(address) ?? 0) + 1);
    }
    busyMs += performance.now() - beganMs;
    const restMs = startedMs + (second + 1) * 1_000 - performance.now();
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, restMs)));
  }
  await recorder.close();
  const to = Math.floor(Date.now() / 1_000) + 1;
  const { blocked } = await history.query({ from: startedAt, to, step: 1, filter: {} });
  const found = blocked.clients.slice(0, HEAVY);
  const right = found.filter(
    ({ value, count, error }) =>
      truth.has(value) && count >= truth.get(value) && count - error <= truth.get(value),
  ).length;
  return {
    refusals: options.clients * options.span,
    distinct: Math.round(number * (1 - HEAVY_PERCENT / 100)) + HEAVY,
    us_per_refusal: (busyMs * 1_000) / (options.clients * options.span),
    before_mib: beforeMib,
    after_mib: residentMib(process.pid),
    counted: blocked.total,
    right,
    error_bound: blocked.error_bound,
    largest_error: Math.max(...found.map(({ value, count }) => count - (truth.get(value) ?? 0))),
  };
}

/** One in ten refusals is of one of ten addresses, the first of them the most often; the others are new. */
function addressOf(number) {
  if (number % 100 < HEAVY_PERCENT) {
    const turn = Math.floor(number / 100) % 55;
    return heavyAddress(turn);
  }
  return `10.${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}`;
}

/** Of 55 turns ten are the first's, nine the second's, … */
function heavyAddress(turn) {
  let left = turn;
  for (let rank = 0; rank < HEAVY; rank++) {
    if (left < HEAVY - rank) return `192.0.2.${rank + 1}`;
    left -= HEAVY - rank;
  }
  return '192.0.2.1';
}

function isHeavy(address) {
  return address.startsWith('192.0.2.');
}

function refusalOf(RequestRecord, ip) {
  const call = { method: 'GET', path: '/api/v1/stock-price', header: () => undefined };
  const record = new RequestRecord(call, 'bench', '/api/v1/stock-price');
  record.admission = { identity: { ip }, evaluations: [], decisions: [], refusal: {} };
  record.status = 429;
  record.answeredMs = record.startedMs + 0.1;
  return record;
}

export function render(result) {
  const mib = (value) => value?.toFixed(0) ?? 'unknown';
  return table(
    [
      'Refusals',
      'Distinct clients',
      'µs per refusal',
      'Resident before, MiB',
      'after',
      'Refusals counted',
      'Of the true top 10, right within the bound',
      'Stated bound',
      'Largest error',
    ],
    [
      [
        whole(result.refusals),
        whole(result.distinct),
        result.us_per_refusal.toFixed(2),
        mib(result.before_mib),
        mib(result.after_mib),
        whole(result.counted),
        String(result.right),
        whole(result.error_bound),
        whole(result.largest_error),
      ],
    ],
  );
}
