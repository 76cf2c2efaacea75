import { setTimeout as sleep } from 'node:timers/promises';
import { hasPages, STOCK_PRICE, startFloodgate } from '../lib/floodgate.mjs';
import { applyLoad } from '../lib/load.mjs';
import { residentMib } from '../lib/machine.mjs';
import { median } from '../lib/statistics.mjs';
import { table, whole } from '../lib/table.mjs';

const PORT = 3131;
const STARTS = 5;
const LOAD_SECONDS = 5;
const SETTLE_MS = 1_000;

/** From spawning the process to its first answer, and its resident memory before and after load. */
export async function measure({ options }) {
  const rows = [];
  for (const role of hasPages ? ['all', 'gateway'] : ['gateway']) {
    const runs = [];
    for (let i = 1; i <= STARTS; i++) {
      runs.push(
        await startOnce(role, { isLoaded: i === STARTS, connections: options.connections }),
      );
    }
    rows.push({
      role,
      start_ms: median(runs.map(({ startMs }) => startMs)),
      idle_mib: median(runs.map(({ idleMib }) => idleMib)),
      loaded_mib: runs.at(-1).loadedMib,
    });
  }
  return rows;
}

async function startOnce(role, { isLoaded, connections }) {
  const address = `http://127.0.0.1:${PORT}`;
  const env = { REDIS_URL: '', RATE_LIMIT_MAX: '1000000000' };
  const server = startFloodgate({ port: PORT, role, env });
  try {
    const startMs = await server.answers(`${address}/health/live`);
    await sleep(SETTLE_MS);
    const idleMib = residentMib(server.pid);
    if (!isLoaded) return { startMs, idleMib };
    await applyLoad({ url: address + STOCK_PRICE, connections, seconds: LOAD_SECONDS });
    return { startMs, idleMib, loadedMib: residentMib(server.pid) };
  } finally {
    await server.stop();
  }
}

export function render(rows) {
  return table(
    ['Role', 'Start to first answer, ms', 'Resident when idle, MiB', 'Resident after load, MiB'],
    rows.map((row) => [
      row.role,
      whole(row.start_ms),
      row.idle_mib?.toFixed(0) ?? 'unknown',
      row.loaded_mib?.toFixed(0) ?? 'unknown',
    ]),
  );
}
