import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './command.mjs';
import { ROOT } from './paths.mjs';

/**
 * Whether node_modules holds what package-lock.json asks for. npm writes down what it installed as
 * its last step, so an interrupted installation counts as none, and one made by hand counts too.
 */
export function hasFreshDependencies(root = ROOT) {
  const wanted = readPackages(join(root, 'package-lock.json'));
  const installed = readPackages(join(root, 'node_modules', '.package-lock.json'));
  if (wanted === undefined || installed === undefined) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    // Optional packages are often for another platform; the root itself is not installed.
    if (path === '' || entry.optional || entry.devOptional || entry.link) return true;
    return installed[path]?.version === entry.version;
  });
}

/** Installs exactly what package-lock.json asks for, development tools too: the build needs them. */
export async function installDependencies() {
  console.log('Installing dependencies (once) …');
  const npm = process.env.npm_execpath;
  const args = ['ci', '--include=dev', '--ignore-scripts', '--no-audit', '--no-fund'];
  const options = { cwd: ROOT, env: { ...process.env, npm_config_loglevel: 'error' } };
  await (npm === undefined
    ? run('npm', args, options)
    : run(process.execPath, [npm, ...args], options));
}

function readPackages(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return undefined;
  }
}
