import { ask } from '../../lib/child.mjs';
import { STOCK_PRICE, startFloodgate } from '../../lib/floodgate.mjs';
import { applyLoad } from '../../lib/load.mjs';
import { REDIS_URL } from '../../lib/redis.mjs';
import { faultsOf, perSecond, summary } from '../../lib/slices.mjs';
import { median } from '../../lib/statistics.mjs';
import { table, whole } from '../../lib/table.mjs';

const PORTS = { off: 3141, on: 3142 };
const WARM_UP_SECONDS = 3;
/** Requests per second that both can keep, so that a wait is the server's own and no queue's. */
const PACE = 2_000;
/** So few that they seldom wait for each other. */
const PACED_CONNECTIONS = 8;
const PLENTY = '1000000000';
const ROWS = [
  { store: 'memory', path: 'allowed' },
  { store: 'redis', path: 'allowed' },
  { store: 'redis', path: 'denied' },
];

/**
 * The same server twice, with and without telemetry: every second of one follows a second of the other,
 * first one then the other leading, so that what slows the machine slows both.
 */
export async function measure({ redis, options }) {
  const rows = [];
  for (const row of ROWS) {
    await redis.flush();
    const taken = await measureRow(row, options);
    rows.push({ ...row, ...taken });
    console.log(`  ${row.store}, ${row.path}: ${taken.ratio.toFixed(3)}`);
  }
  return rows;
}

async function measureRow({ store, path }, { seconds, connections }) {
  const servers = await Promise.all(['off', 'on'].map((telemetry) => open(telemetry, store, path)));
  const [off, on] = servers;
  const load = ({ url }, duration) => applyLoad({ url, connections, seconds: duration });
  const pacedLoad = ({ url }) =>
    applyLoad({ url, connections: PACED_CONNECTIONS, seconds: 1, perSecond: PACE });
  try {
    const loads = { off: [], on: [] };
    for (const server of servers) loads[server.telemetry].push(await load(server, WARM_UP_SECONDS));
    const pairs = await inTurns(off, on, seconds, (server) => load(server, 1));
    for (const { telemetry, url } of servers) {
      loads[telemetry].push(...pairs.map((pair) => pair[telemetry]));
      const faults = [...faultsOf({ path }, loads[telemetry], await ask(url), 0)];
      if (faults.length > 0) throw new Error(`telemetry ${telemetry}: ${faults.join('; ')}`);
    }
    const paced = await inTurns(off, on, seconds, pacedLoad);
    const ratios = pairs.map((pair) => perSecond(pair.on) / perSecond(pair.off));
    return {
      off: summary(pairs.map((pair) => pair.off)),
      on: summary(pairs.map((pair) => pair.on)),
      ratio: median(ratios),
      lowest: Math.min(...ratios),
      highest: Math.max(...ratios),
      paced_p99_ms: {
        off: median(paced.map((pair) => pair.off.p99Ms)),
        on: median(paced.map((pair) => pair.on.p99Ms)),
        more: median(paced.map((pair) => pair.on.p99Ms - pair.off.p99Ms)),
      },
    };
  } finally {
    for (const server of servers) await server.stop();
  }
}

/** Seconds of both, one after the other, each leading every second time. */
async function inTurns(off, on, seconds, load) {
  const pairs = [];
  for (let second = 0; second < seconds; second++) {
    const pair = {};
    for (const server of second % 2 === 0 ? [off, on] : [on, off]) {
      pair[server.telemetry] = await load(server);
    }
    pairs.push(pair);
  }
  return pairs;
}

async function open(telemetry, store, path) {
  const port = PORTS[telemetry];
  const server = startFloodgate({
    port,
    env: {
      FLOODGATE_TELEMETRY: telemetry,
      // With the request log, as people run it.
      LOG_LEVEL: 'info',
      REDIS_URL: store === 'redis' ? REDIS_URL : '',
      RATE_LIMIT_MAX: path === 'allowed' ? PLENTY : '1',
      RATE_LIMIT_WINDOW: '31536000',
    },
  });
  await server.answers(`http://127.0.0.1:${port}/health/ready`);
  const url = `http://127.0.0.1:${port}${STOCK_PRICE}`;
  if (path === 'denied') await ask(url);
  return { telemetry, url, stop: () => server.stop() };
}

export function render(rows) {
  return table(
    [
      'Store',
      'Path',
      'Requests/s off',
      'on',
      'Ratio',
      'Lowest-highest',
      `p99 ms at ${whole(PACE)}/s off`,
      'on',
      'More',
    ],
    rows.map(({ store, path, off, on, ratio, lowest, highest, paced_p99_ms }) => [
      store,
      path,
      whole(off.requests_per_second),
      whole(on.requests_per_second),
      ratio.toFixed(3),
      `${lowest.toFixed(2)}-${highest.toFixed(2)}`,
      paced_p99_ms.off.toFixed(2),
      paced_p99_ms.on.toFixed(2),
      paced_p99_ms.more.toFixed(2),
    ]),
  );
}
