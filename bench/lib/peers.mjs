import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { hasFreshDependencies } from '../../scripts/dependencies.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** Installs what Floodgate is compared with, unless it is there. Ends the process when it can't. */
export function installPeers() {
  if (hasFreshDependencies(here('..'))) return;
  console.log('Installing what Floodgate is compared with …');
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--prefix', here('..')];
  const { status } = spawnSync('npm', args, { stdio: ['ignore', 'ignore', 'inherit'] });
  if (status === 0) return;
  console.error('error: npm ci in bench/ failed.');
  process.exit(1);
}
