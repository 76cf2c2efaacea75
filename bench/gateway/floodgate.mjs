import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { ROOT, startFloodgate } from '../lib/floodgate.mjs';
import { SERVER_CORE } from '../lib/machine.mjs';
import { REDIS_URL } from '../lib/redis.mjs';
import { writeConfiguration } from '../policies/configuration.mjs';
import { SUBJECT_PORT, urlOf } from './ports.mjs';
import { readyServer } from './ready-server.mjs';

const BUNDLE = resolve(ROOT, process.env.BENCH_SERVER || 'dist/server.mjs');
export const isBuilt = existsSync(BUNDLE);

/** All load comes from this machine; what it would refuse for that is not what is measured. */
const CONNECTIONS_PER_IP = '1000000';
/** A burst of connections on a busy machine must not look like a failing Redis. */
const REDIS_TIMEOUT_MS = '5000';

/**
 * A gateway with its counters in Redis, ready to forward.
 * @param {{configuration: object, port?: number, core?: number, env?: Record<string, string>}} options
 */
export async function startGateway({
  configuration,
  port = SUBJECT_PORT,
  core = SERVER_CORE,
  env = {},
}) {
  const file = await writeConfiguration(configuration);
  const server = startFloodgate({
    port,
    core,
    command: [process.execPath, BUNDLE],
    env: {
      FLOODGATE_CONFIG: file.path,
      REDIS_URL,
      REDIS_TIMEOUT_MS,
      MAX_CONNECTIONS_PER_IP: CONNECTIONS_PER_IP,
      SHUTDOWN_TIMEOUT_MS: '1000',
      ...env,
    },
  });
  const url = urlOf(port);
  return {
    url,
    ...(await readyServer(server, { url: `${url}/health/ready`, release: file.remove })),
  };
}
