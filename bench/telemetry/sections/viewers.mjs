import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startPacedLoad } from '../../gateway/paced-load.mjs';
import { cpuSeconds } from '../../gateway/process-usage.mjs';
import { ask } from '../../lib/child.mjs';
import { STOCK_PRICE, startFloodgate } from '../../lib/floodgate.mjs';
import { applyLoad } from '../../lib/load.mjs';
import { LOAD_CORE, onCore, residentMib } from '../../lib/machine.mjs';
import { faultsOf, perSecond, summary } from '../../lib/slices.mjs';
import { median } from '../../lib/statistics.mjs';
import { table, whole } from '../../lib/table.mjs';

const HOST = '127.0.0.1';
const PORT = 3144;
const FEED = '/api/v1/live';
const TOKEN = 'the-token-of-the-bench';
const WARM_UP_SECONDS = 3;
/** After all have come or gone, until the server does nothing but serve. */
const SETTLING_MS = 1_500;
/** Decisions are told at 100 a second; more requests would only hide what viewers cost. */
const PACE = 200;
const PACED_SECONDS = 20;
const ROWS = [
  { viewers: 'anybody', headers: {} },
  { viewers: 'admins', headers: { Authorization: `Bearer ${TOKEN}` } },
];

/**
 * The same server with nobody watching and with many: seconds of one and of the other take turns, either
 * leading, so that what slows the machine slows both. Then what a viewer takes of the processor.
 */
export async function measure({ options }) {
  const server = startFloodgate({
    port: PORT,
    role: 'all',
    env: {
      ADMIN_TOKEN: TOKEN,
      // Viewers come from many addresses.
      TRUSTED_PROXIES: HOST,
      MAX_CONNECTIONS_PER_IP: '1000000',
      RATE_LIMIT_MAX: '1000000000',
      RATE_LIMIT_WINDOW: '31536000',
      LOG_REQUESTS_PER_SECOND: '0',
      REDIS_URL: '',
    },
  });
  const watchers = startWatchers();
  try {
    await server.answers(`http://${HOST}:${PORT}/health/ready`);
    const rows = [];
    for (const { viewers, headers } of ROWS) {
      const watching = () => watchers.open({ count: options.viewers, headers });
      const throughput = await measureThroughput(server.pid, watchers, watching, options);
      const cost = await measureCost(server.pid, watchers, watching, options);
      rows.push({ viewers, count: options.viewers, ...throughput, ...cost });
      console.log(`  ${viewers}: ${throughput.ratio.toFixed(3)}`);
    }
    return rows;
  } finally {
    watchers.stop();
    await server.stop();
  }
}

async function measureThroughput(pid, watchers, watching, { seconds, connections }) {
  const url = `http://${HOST}:${PORT}${STOCK_PRICE}`;
  const load = async (duration) => {
    const before = cpuSeconds(pid);
    const taken = await applyLoad({ url, connections, seconds: duration });
    return { ...taken, cpuSeconds: cpuSeconds(pid) - before };
  };
  await load(WARM_UP_SECONDS);
  const pairs = [];
  for (let pair = 0; pair < seconds; pair++) {
    const loads = {};
    for (const isWatched of pair % 2 === 0 ? [false, true] : [true, false]) {
      if (isWatched) await watching();
      await sleep(SETTLING_MS);
      loads[isWatched ? 'watched' : 'alone'] = await load(2);
      if (isWatched) await watchers.close();
    }
    pairs.push(loads);
  }
  const all = pairs.flatMap(({ alone, watched }) => [alone, watched]);
  const faults = [...faultsOf({ path: 'allowed' }, all, await ask(url), 0)];
  if (faults.length > 0) throw new Error(`viewers: ${faults.join('; ')}`);
  const ratios = pairs.map(({ alone, watched }) => perSecond(watched) / perSecond(alone));
  const cpuRatios = pairs.map(({ alone, watched }) => perCpuSecond(watched) / perCpuSecond(alone));
  return {
    alone: summary(pairs.map(({ alone }) => alone)),
    watched: summary(pairs.map(({ watched }) => watched)),
    ratio: median(ratios),
    cpu_ratio: median(cpuRatios),
    lowest: Math.min(...ratios),
    highest: Math.max(...ratios),
  };
}

/** What other processes take of the machine changes this less. */
function perCpuSecond({ requests, cpuSeconds: seconds }) {
  return requests / seconds;
}

/** Of the processor, at a pace that both can keep. */
async function measureCost(pid, watchers, watching, { viewers }) {
  const load = startPacedLoad({ url: `http://${HOST}:${PORT}${STOCK_PRICE}`, perSecond: PACE });
  const busy = async () => {
    await sleep(SETTLING_MS);
    await watchers.tell();
    const before = cpuSeconds(pid);
    const startedMs = performance.now();
    await sleep(PACED_SECONDS * 1_000);
    const seconds = (performance.now() - startedMs) / 1_000;
    return { share: (cpuSeconds(pid) - before) / seconds, seconds };
  };
  const alone = await busy();
  const beforeMib = residentMib(pid);
  await watching();
  const watched = await busy();
  const withAllMib = residentMib(pid);
  const told = await watchers.close();
  await load.stop();
  const gaps = told.seconds.filter((at, i) => i > 0 && at !== told.seconds[i - 1] + 1);
  if (told.open !== viewers || gaps.length > 0 || told.seconds.length < PACED_SECONDS) {
    throw new Error(`viewers: ${told.open} stayed, and heard ${told.seconds.join(' ')}`);
  }
  return {
    core_percent: (watched.share - alone.share) * 100,
    us_per_viewer_second: ((watched.share - alone.share) * 1_000_000) / viewers,
    kib_per_viewer_second: told.bytes / 1_024 / watched.seconds / viewers,
    kib_per_viewer: ((withAllMib - beforeMib) * 1_024) / viewers,
  };
}

/** Those who watch, on the core of the load. */
function startWatchers() {
  const program = fileURLToPath(new URL('../watchers.mjs', import.meta.url));
  const [file, ...args] = onCore(LOAD_CORE, [process.execPath, program]);
  const child = spawn(file, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const failed = once(child, 'exit').then(() => {
    throw new Error('viewers: those who watch have ended');
  });
  failed.catch(() => undefined);
  const call = async (message) => {
    const answer = once(child, 'message');
    child.send(message);
    const [told] = await Promise.race([answer, failed]);
    return told;
  };
  return {
    open: (watch) => call({ kind: 'open', host: HOST, port: PORT, path: FEED, ...watch }),
    /** What came since it was asked last. */
    tell: () => call({ kind: 'tell' }),
    close: () => call({ kind: 'close' }),
    stop: () => child.kill(),
  };
}

export function render(rows) {
  return table(
    [
      'Who watches',
      'Viewers',
      'Requests/s unwatched',
      'watched',
      'Ratio',
      'Lowest-highest',
      'By processor time',
      'p99 ms unwatched',
      'watched',
      'Core, % for viewers',
      'µs per viewer and second',
      'KiB per viewer and second',
      'KiB resident per viewer',
    ],
    rows.map((row) => [
      row.viewers,
      whole(row.count),
      whole(row.alone.requests_per_second),
      whole(row.watched.requests_per_second),
      row.ratio.toFixed(3),
      `${row.lowest.toFixed(2)}-${row.highest.toFixed(2)}`,
      row.cpu_ratio.toFixed(3),
      row.alone.p99_ms.toFixed(2),
      row.watched.p99_ms.toFixed(2),
      row.core_percent.toFixed(1),
      row.us_per_viewer_second.toFixed(0),
      row.kib_per_viewer_second.toFixed(1),
      row.kib_per_viewer.toFixed(0),
    ]),
  );
}
