import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { ROOT } from '../lib/floodgate.mjs';

/** Beside the public surface: what only the ceiling needs, to run the script without the store. */
const ENTRY = `
  export * from './lib/limiter';
  export { loadScript } from './lib/limiter/redis/script';
`;

/**
 * Bundles lib/limiter with its packages, as the product ships it, for processes that import it.
 * @returns {Promise<{path: string, remove: () => Promise<void>}>}
 */
export async function bundleLimiter() {
  const directory = await mkdtemp(join(tmpdir(), 'floodgate-limiter-'));
  const path = join(directory, 'limiter.mjs');
  await build({
    absWorkingDir: ROOT,
    stdin: { contents: ENTRY, resolveDir: ROOT, loader: 'ts' },
    outfile: path,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.9',
    logLevel: 'error',
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
  });
  return { path, remove: () => rm(directory, { recursive: true, force: true }) };
}
