import { setTimeout as sleep } from 'node:timers/promises';
import { ask } from '../../lib/child.mjs';
import { LOAD_CORE } from '../../lib/machine.mjs';
import { table, whole } from '../../lib/table.mjs';
import { configurationOf, PATH } from '../configuration.mjs';
import { startGateway } from '../floodgate.mjs';
import { startNginx } from '../nginx.mjs';
import { startPacedLoad } from '../paced-load.mjs';
import { OTHER_PORT, REPLICA_PORTS, urlOf } from '../ports.mjs';
import { startNodeUpstream } from '../upstreams/node.mjs';

const LIMIT = 100;
const UPSTREAM_DELAY_MS = 30;
const PER_SECOND = 1_000;
const METHODS = ['GET', 'POST'];
const BEFORE_MS = 4_000;
const AFTER_MS = 6_000;

/** Three gateways share Redis, and nginx shares the requests out among them. */
export async function measure({ redis, options }) {
  const upstream = await startNodeUpstream('unhurried', { DELAY_MS: String(UPSTREAM_DELAY_MS) });
  try {
    const burst = await behindNginx(LIMIT, measureBurst(options.burst));
    await redis.flush();
    const kill = await behindNginx(undefined, measureKill);
    return { burst, kill };
  } finally {
    await upstream.stop();
  }
}

async function behindNginx(quota, action) {
  const configuration = configurationOf(quota === undefined ? {} : { quota });
  const gateways = await Promise.all(
    REPLICA_PORTS.map((port) =>
      startGateway({ configuration, port, env: { TRUSTED_PROXIES: '127.0.0.1/32' } }),
    ),
  );
  try {
    const url = urlOf(OTHER_PORT);
    const balancer = await startNginx({
      http: balancing(gateways),
      url: `${url}/health/ready`,
      core: LOAD_CORE,
    });
    try {
      return await action({ url: url + PATH, gateways });
    } finally {
      await balancer.stop();
    }
  } finally {
    await Promise.all(gateways.map((gateway) => gateway.stop()));
  }
}

/** A request that may not be sent twice is not sent twice: nginx's own default. */
function balancing(gateways) {
  return `
  upstream gateways {
${gateways.map(({ url }) => `    server ${new URL(url).host};`).join('\n')}
    keepalive 64;
    keepalive_timeout 60s;
  }
  server {
    listen 127.0.0.1:${OTHER_PORT} backlog=8192;
    location / {
      proxy_pass http://gateways;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    }
  }`;
}

function measureBurst(requests) {
  return async ({ url }) => {
    const startedAt = performance.now();
    const answers = await Promise.all(Array.from({ length: requests }, () => ask(url)));
    const count = (wanted) => answers.filter(({ status }) => status === wanted).length;
    const result = {
      requests,
      allowed: count(200),
      denied: count(429),
      duration_ms: performance.now() - startedAt,
    };
    if (result.allowed !== LIMIT || result.denied !== requests - LIMIT) {
      throw new Error(`replicas: expected ${LIMIT} allowed: ${JSON.stringify(result)}`);
    }
    console.log(`  ${result.allowed} of ${whole(requests)} at once were allowed`);
    return result;
  };
}

async function measureKill({ url, gateways }) {
  const load = startPacedLoad({ url, perSecond: PER_SECOND, methods: METHODS });
  await sleep(BEFORE_MS);
  const killedMs = performance.now();
  process.kill(gateways[1].pid, 'SIGKILL');
  const goneMs = await untilGone(gateways[1].pid);
  await sleep(AFTER_MS);
  const outcomes = await load.stop();
  return METHODS.map((method) => {
    const own = outcomes.filter((outcome) => outcome.method === method);
    const inFlight = own.filter(({ sentMs, endedMs }) => sentMs <= goneMs && endedMs > killedMs);
    const failed = ({ status }) => status !== 200;
    const row = {
      method,
      requests: own.length,
      in_flight: inFlight.length,
      failed_in_flight: inFlight.filter(failed).length,
      failed: own.filter(failed).length,
    };
    console.log(
      `  ${method}: ${row.failed} of ${whole(row.requests)} failed, ${row.failed_in_flight} in flight`,
    );
    return row;
  });
}

/** A killed process takes what comes until the system has closed its sockets. When that was, by performance.now(). */
async function untilGone(pid) {
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch {
      return performance.now();
    }
    await sleep(1);
  }
}

export function render({ burst, kill }) {
  return `A limit of ${LIMIT}, asked through nginx by as many at once:

${table(
  ['Requests at once', 'Allowed', 'Denied', 'Within, s'],
  [
    [
      whole(burst.requests),
      whole(burst.allowed),
      whole(burst.denied),
      (burst.duration_ms / 1_000).toFixed(1),
    ],
  ],
)}

One gateway of three is killed by SIGKILL under ${whole(PER_SECOND)} requests per second, each of which takes the upstream ${UPSTREAM_DELAY_MS} ms. In flight are those
of all three gateways while it died. nginx asks another gateway again for a GET, and never for a POST that was sent.

${table(
  ['Method', 'Requests', 'In flight meanwhile', 'Failed of these', 'Failed of all others'],
  kill.map((row) => [
    row.method,
    whole(row.requests),
    whole(row.in_flight),
    whole(row.failed_in_flight),
    whole(row.failed - row.failed_in_flight),
  ]),
)}`;
}
