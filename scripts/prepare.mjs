import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { hasFreshBuild } from './build-stamp.mjs';
import { run } from './command.mjs';
import { hasFreshDependencies, installDependencies } from './dependencies.mjs';
import { ROOT } from './paths.mjs';

/** Makes the checkout ready to serve, doing only what is missing or stale. */
export async function prepare() {
  process.chdir(ROOT);
  loadEnvironmentFile();
  await prepareDependencies();
  await prepareBuild();
}

/** Installs what package-lock.json asks for, unless it is there. */
export async function prepareDependencies() {
  if (!hasFreshDependencies()) await installDependencies();
}

/** Builds, unless the build was made from the sources as they are. */
export async function prepareBuild() {
  if (!hasFreshBuild()) await run(process.execPath, [join(ROOT, 'scripts', 'build.mjs')]);
}

/** What the environment already says wins over the file. */
function loadEnvironmentFile() {
  if (!existsSync('.env')) return;
  if (process.loadEnvFile === undefined) {
    console.warn('warning: .env is read from Node.js 20.12 on; set the variables yourself');
    return;
  }
  process.loadEnvFile('.env');
}
