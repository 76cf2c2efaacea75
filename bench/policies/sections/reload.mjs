import { randomBytes } from 'node:crypto';
import { Agent, request } from 'node:http';
import { startFloodgate } from '../../lib/floodgate.mjs';
import { table, whole } from '../../lib/table.mjs';
import {
  manyPolicies,
  plenty,
  STOCK_PRICE_PATH,
  stockPricePolicy,
  writeConfiguration,
} from '../configuration.mjs';
import { openPostgres } from '../postgres.mjs';

const REPLICAS = 4;
const FIRST_PORT = 8_420;
const PROBE_PATH = '/api/probe';
const DEADLINE_MS = 10_000;
/** Connections per replica that ask all the time. */
const ASKING = 4;

/**
 * Changes one policy again and again while all replicas serve, and waits after each change until every
 * replica answers by it.
 */
export async function measure({ options }) {
  const postgres = await openPostgres();
  const token = randomBytes(24).toString('base64url');
  const configuration = await writeConfiguration({});
  const servers = Array.from({ length: REPLICAS }, (_, index) =>
    startFloodgate({
      port: FIRST_PORT + index,
      role: index === 0 ? 'all' : 'gateway',
      core: index % 2,
      env: {
        DATABASE_URL: postgres.url,
        FLOODGATE_CONFIG: configuration.path,
        ADMIN_TOKEN: token,
        FLOODGATE_REPLICA: `bench-${index}`,
      },
    }),
  );
  const urls = servers.map((_, index) => `http://127.0.0.1:${FIRST_PORT + index}`);
  const agent = new Agent({ keepAlive: true });
  const authorization = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const put = (path, body) =>
    ask(`${urls[0]}/api/v1/admin/${path}`, { agent, method: 'PUT', headers: authorization, body });
  try {
    await Promise.all(servers.map((server, i) => server.answers(`${urls[i]}/health/ready`)));
    await expectStatus(
      200,
      put('configuration', {
        policies: [stockPricePolicy, probePolicy(1), ...manyPolicies(options.policies)],
      }),
    );
    const traffic = startTraffic(urls);
    const delays = [];
    for (let change = 1; change <= options.changes; change++) {
      // A quota never used before, so that an answer tells which version it was made by.
      const quota = change + 1;
      await expectStatus(200, put('policies/probe', probePolicy(quota)));
      const answeredAt = performance.now();
      delays.push(
        ...(await Promise.all(urls.map((url) => untilInForce(url, agent, quota, answeredAt)))),
      );
      if (change % 100 === 0) console.log(`  ${change} of ${options.changes} changes`);
    }
    return {
      policies: options.policies,
      changes: options.changes,
      ...(await traffic.stop()),
      ...percentiles(delays),
    };
  } finally {
    agent.destroy();
    await Promise.all(servers.map((server) => server.stop()));
    await postgres.close();
    await configuration.remove();
  }
}

function probePolicy(quota) {
  return {
    name: 'probe',
    match: { paths: [PROBE_PATH] },
    // Its quota is never used up: what asks for it is what tells of a change.
    limits: [{ ...plenty, quota: 1_000_000 + quota }],
    final: true,
    priority: 100,
  };
}

async function untilInForce(url, agent, quota, since) {
  while (performance.now() - since < DEADLINE_MS) {
    const { headers } = await ask(url + PROBE_PATH, { agent });
    if (headers['x-ratelimit-limit'] === String(1_000_000 + quota))
      return performance.now() - since;
  }
  throw new Error(`${url} did not follow within ${DEADLINE_MS} ms`);
}

/** Requests without a pause to every replica, each answer held against what it has to be. */
function startTraffic(urls) {
  const agent = new Agent({ keepAlive: true, maxSockets: urls.length * ASKING });
  const seen = { requests: 0, failed: 0, wrong: 0 };
  let isRunning = true;
  const lanes = urls.flatMap((url) => Array.from({ length: ASKING }, () => lane(url)));

  async function lane(url) {
    while (isRunning) {
      seen.requests += 1;
      try {
        const { status, headers } = await ask(url + STOCK_PRICE_PATH, { agent });
        if (status !== 200) seen.failed += 1;
        else if (headers['x-ratelimit-limit'] !== String(plenty.quota)) seen.wrong += 1;
      } catch {
        seen.failed += 1;
      }
    }
  }

  return {
    async stop() {
      isRunning = false;
      await Promise.all(lanes);
      agent.destroy();
      return seen;
    },
  };
}

function ask(url, { agent, method = 'GET', headers = {}, body }) {
  return new Promise((resolve, reject) => {
    const sent = request(url, { agent, method, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk) => {
        text += chunk;
      });
      response.once('end', () =>
        resolve({ status: response.statusCode, headers: response.headers, text }),
      );
      response.once('error', reject);
    });
    sent.once('error', reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

async function expectStatus(status, answer) {
  const { status: seen, text } = await answer;
  if (seen !== status) throw new Error(`answered ${seen}: ${text.slice(0, 300)}`);
}

function percentiles(delays) {
  const sorted = delays.toSorted((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  return { p50_ms: at(0.5), p99_ms: at(0.99), longest_ms: sorted.at(-1) };
}

export function render(run) {
  return `${whole(run.changes)} changes of one policy among ${whole(run.policies)}, ${REPLICAS} replicas on PostgreSQL, all of them under load on the same two cores.

${table(
  [
    'To effect on a replica, p50 ms',
    'p99 ms',
    'Longest ms',
    'Requests meanwhile',
    'Failed',
    'Wrong',
  ],
  [
    [
      run.p50_ms.toFixed(1),
      run.p99_ms.toFixed(1),
      run.longest_ms.toFixed(1),
      whole(run.requests),
      String(run.failed),
      String(run.wrong),
    ],
  ],
)}`;
}
