import { Agent } from 'node:http';
import { ask } from '../lib/child.mjs';
import { LONG_WINDOW_SECONDS, STOCK_PRICE, startFloodgate } from '../lib/floodgate.mjs';
import { residentMib } from '../lib/machine.mjs';
import { REDIS_URL } from '../lib/redis.mjs';
import { table, whole } from '../lib/table.mjs';

const PORT = 3134;
const URL_UNDER_TEST = `http://127.0.0.1:${PORT}${STOCK_PRICE}`;
const IDENTITIES = 100_000;
const CONNECTIONS = 64;

/** A new client with every request: what does the process keep, and does Redis forget? */
export async function measure({ redis }) {
  const rows = [];
  for (const store of ['memory', 'redis']) {
    await redis.flush();
    const env = {
      REDIS_URL: store === 'redis' ? REDIS_URL : '',
      TRUSTED_PROXIES: '127.0.0.1/32',
      RATE_LIMIT_WINDOW: String(LONG_WINDOW_SECONDS),
    };
    const server = startFloodgate({ port: PORT, env });
    try {
      await server.answers(`http://127.0.0.1:${PORT}/health/live`);
      // The same few first, so that growth is what identities cost and not what warming up costs.
      await sendAs((i) => i % 10);
      const beforeMib = residentMib(server.pid);
      await sendAs((i) => 1_000 + i);
      const afterMib = residentMib(server.pid);
      await sendAs((i) => 1_000 + IDENTITIES + i);
      const twiceMib = residentMib(server.pid);
      const lifetimes = store === 'redis' ? await redis.lifetimes() : undefined;
      if (lifetimes !== undefined && lifetimes.without_ttl > 0) {
        throw new Error(`cardinality: ${lifetimes.without_ttl} keys have no TTL`);
      }
      rows.push({
        store,
        before_mib: beforeMib,
        after_mib: afterMib,
        twice_mib: twiceMib,
        ...lifetimes,
      });
    } finally {
      await server.stop();
    }
  }
  return rows;
}

async function sendAs(identityOf) {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  let next = 0;
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      while (next < IDENTITIES) {
        const headers = { 'X-Forwarded-For': addressOf(identityOf(next++)) };
        const { status } = await ask(URL_UNDER_TEST, { headers, agent });
        if (status !== 200 && status !== 429) throw new Error(`cardinality: answered ${status}`);
      }
    }),
  );
  agent.destroy();
}

/** An address of the network 10.0.0.0/8. */
function addressOf(number) {
  return `10.${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}`;
}

export function render(rows) {
  const mib = (value) => value?.toFixed(0) ?? 'unknown';
  return table(
    [
      'Store',
      'Resident warm, MiB',
      `after ${whole(IDENTITIES)} addresses`,
      `after ${whole(2 * IDENTITIES)}`,
      'Keys in Redis',
      'without TTL',
    ],
    rows.map((row) => [
      row.store,
      mib(row.before_mib),
      mib(row.after_mib),
      mib(row.twice_mib),
      row.keys === undefined ? '' : whole(row.keys),
      row.without_ttl === undefined ? '' : whole(row.without_ttl),
    ]),
  );
}
