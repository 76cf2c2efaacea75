import { fileURLToPath } from 'node:url';
import { start } from '../../lib/child.mjs';
import { LOAD_CORE } from '../../lib/machine.mjs';
import { UPSTREAM_PORT, urlOf } from '../ports.mjs';
import { readyServer } from '../ready-server.mjs';

/**
 * An upstream of this folder, in a process of its own.
 * @param {'bulk' | 'events' | 'unhurried'} name
 * @param {Record<string, string>} [env]
 */
export async function startNodeUpstream(name, env = {}) {
  const file = fileURLToPath(new URL(`${name}.mjs`, import.meta.url));
  const server = start({
    command: [process.execPath, file],
    env: { PORT: String(UPSTREAM_PORT), ...env },
    core: LOAD_CORE,
  });
  return readyServer(server, { url: `${urlOf(UPSTREAM_PORT)}/ready` });
}
