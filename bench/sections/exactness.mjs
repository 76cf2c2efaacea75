import { ask } from '../lib/child.mjs';
import { LONG_WINDOW_SECONDS, STOCK_PRICE, startFloodgate } from '../lib/floodgate.mjs';
import { LOAD_CORE, SERVER_CORE } from '../lib/machine.mjs';
import { REDIS_URL } from '../lib/redis.mjs';
import { table, whole } from '../lib/table.mjs';

const REPLICAS = [
  { port: 3132, core: SERVER_CORE },
  { port: 3133, core: LOAD_CORE },
];
const REQUESTS = 2_000;
const LIMIT = 5;
/** A burst of connections on a busy machine must not look like a failing Redis. */
const REDIS_TIMEOUT_MS = '5000';

/** Two replicas, one Redis, one client that sends everything at once: how many pass? */
export async function measure({ redis }) {
  await redis.flush();
  const env = {
    REDIS_URL,
    REDIS_TIMEOUT_MS,
    RATE_LIMIT_MAX: String(LIMIT),
    RATE_LIMIT_WINDOW: String(LONG_WINDOW_SECONDS),
  };
  const replicas = REPLICAS.map(({ port, core }) => startFloodgate({ port, core, env }));
  try {
    await Promise.all(
      replicas.map((replica, i) =>
        replica.answers(`http://127.0.0.1:${REPLICAS[i].port}/health/live`),
      ),
    );
    const startedAt = performance.now();
    const answers = await Promise.all(
      Array.from({ length: REQUESTS }, (_, i) =>
        ask(`http://127.0.0.1:${REPLICAS[i % REPLICAS.length].port}${STOCK_PRICE}`),
      ),
    );
    const count = (wanted) => answers.filter(({ status }) => status === wanted).length;
    const result = {
      requests: REQUESTS,
      allowed: count(200),
      denied: count(429),
      counted: await redis.counted(),
      duration_ms: performance.now() - startedAt,
    };
    if (result.allowed !== LIMIT || result.denied !== REQUESTS - LIMIT) {
      throw new Error(`exactness: expected ${LIMIT} allowed: ${JSON.stringify(result)}`);
    }
    return result;
  } finally {
    await Promise.all(replicas.map((replica) => replica.stop()));
  }
}

export function render({ requests, allowed, denied, counted }) {
  return table(
    ['Requests at once', 'Allowed', 'Denied', 'Counted in Redis'],
    [[requests, allowed, denied, counted].map(whole)],
  );
}
