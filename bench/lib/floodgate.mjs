import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { start } from './child.mjs';
import { SERVER_CORE } from './machine.mjs';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const STOCK_PRICE = '/api/v1/stock-price';
const BUNDLE = 'dist/server.mjs';
/** So long that no run of ours crosses its end. */
export const LONG_WINDOW_SECONDS = 31_536_000;

export const isBuilt = existsSync(`${ROOT}/${BUNDLE}`);
export const hasPages = existsSync(`${ROOT}/.next/BUILD_ID`);

export const frontDoor = [process.execPath, BUNDLE];
export const plainNext = [process.execPath, 'node_modules/next/dist/bin/next', 'start'];

const configurations = mkdtempSync(join(tmpdir(), 'floodgate-bench-'));
process.on('exit', () => rmSync(configurations, { recursive: true, force: true }));

/**
 * A Floodgate process from the build, listening on 127.0.0.1, with the default configuration.
 * @param {{port: number, role?: 'all' | 'gateway', env?: Record<string, string>,
 *   command?: string[], core?: number}} options
 */
export function startFloodgate({
  port,
  role = 'gateway',
  env = {},
  command = frontDoor,
  core = SERVER_CORE,
}) {
  const address = { PORT: String(port), HOST: '127.0.0.1', FLOODGATE_ROLE: role };
  const listen = command === plainNext ? ['-p', String(port), '-H', '127.0.0.1'] : [];
  return start({
    command: [...command, ...listen],
    cwd: ROOT,
    env: {
      LOG_LEVEL: 'warn',
      FLOODGATE_CONFIG: join(configurations, 'floodgate.config.json'),
      ...address,
      ...env,
    },
    core,
  });
}
