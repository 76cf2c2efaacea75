import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { startPacedLoad } from '../../gateway/paced-load.mjs';
import { STOCK_PRICE, startFloodgate } from '../../lib/floodgate.mjs';
import { REDIS_URL } from '../../lib/redis.mjs';
import { table, whole } from '../../lib/table.mjs';

const PORT = 3143;
const SECONDS = 10;
/** What scripts run themselves is their call's. */
const BY_SCRIPT = 'lua';
/** The limiter decides by scripts; telemetry has none. */
const SCRIPTS = new Set(['evalsha', 'eval']);

/** Commands that Redis gets beside the limiter's, at two rates of requests. */
export async function measure({ options }) {
  const client = new Redis(REDIS_URL);
  const server = startFloodgate({
    port: PORT,
    env: { REDIS_URL, RATE_LIMIT_MAX: '1000000000', RATE_LIMIT_WINDOW: '31536000' },
  });
  try {
    await server.answers(`http://127.0.0.1:${PORT}/health/ready`);
    const rows = [];
    for (const perSecond of [options.rate / 40, options.rate]) {
      const load = startPacedLoad({ url: `http://127.0.0.1:${PORT}${STOCK_PRICE}`, perSecond });
      await sleep(2_000);
      const before = load.outcomes.length;
      const calls = await callsOf(client);
      const answered = (load.outcomes.length - before) / SECONDS;
      await load.stop();
      rows.push({ requests_per_second: answered, ...calls });
    }
    return rows;
  } finally {
    client.disconnect();
    await server.stop();
  }
}

/** Calls per second. */
async function callsOf(client) {
  const perSecond = { limiter: 0, telemetry: 0 };
  const monitor = await client.monitor();
  monitor.on('monitor', (_time, [name = ''], source) => {
    if (source === BY_SCRIPT) return;
    perSecond[SCRIPTS.has(name.toLowerCase()) ? 'limiter' : 'telemetry'] += 1 / SECONDS;
  });
  await sleep(SECONDS * 1_000);
  monitor.disconnect();
  return perSecond;
}

export function render(rows) {
  return table(
    ['Requests/s', 'Script calls/s of the limiter', 'Other commands/s: telemetry and breakers'],
    rows.map(({ requests_per_second, limiter, telemetry }) => [
      whole(requests_per_second),
      whole(limiter),
      telemetry.toFixed(1),
    ]),
  );
}
