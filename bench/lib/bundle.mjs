import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { ROOT } from './floodgate.mjs';

/**
 * Bundles parts of lib with their packages, as the product ships them.
 * @param {string} entry TypeScript that exports what is wanted, with paths from the root
 * @returns {Promise<{path: string, remove: () => Promise<void>}>}
 */
export async function bundleLib(entry) {
  const directory = await mkdtemp(join(tmpdir(), 'floodgate-bundle-'));
  const path = join(directory, 'lib.mjs');
  await build({
    absWorkingDir: ROOT,
    stdin: { contents: entry, resolveDir: ROOT, loader: 'ts' },
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
