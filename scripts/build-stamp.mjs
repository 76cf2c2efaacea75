import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './paths.mjs';

const STAMP = join('dist', '.build-stamp');
const OUTPUTS = [join('dist', 'server.mjs'), join('.next', 'BUILD_ID')];
const FOLDERS = [
  'app',
  'components',
  join('examples', 'backend'),
  'lib',
  'lua',
  'public',
  'scripts',
];
const GENERATED = join('public', 'vendor');
const ROOT_FILE = /^(?:package(?:-lock)?\.json|tsconfig\.json|next-env\.d\.ts|[\w.]+\.m?[jt]s)$/;
const NO_INPUT = /^(?:next-env\.d|(?:vitest|playwright)\.config)\.ts$/;

/**
 * A hash of everything the build reads, names and contents.
 *
 * @param {string} [root]
 * @returns {string}
 */
export function hashInputs(root = ROOT) {
  const hash = createHash('sha256');
  for (const file of inputs(root)) {
    const content = readFileSync(join(root, file));
    hash.update(`${file}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

/** Whether there is a build, made from the inputs as they are now. */
export function hasFreshBuild(root = ROOT) {
  if (!OUTPUTS.every((file) => existsSync(join(root, file)))) return false;
  const stamp = join(root, STAMP);
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === hashInputs(root);
}

/** Notes that the build in dist and .next was made from inputs with this hash. */
export function writeStamp(hash, root = ROOT) {
  writeFileSync(join(root, STAMP), hash);
}

function inputs(root) {
  const files = readdirSync(root).filter((name) => ROOT_FILE.test(name) && !NO_INPUT.test(name));
  for (const folder of FOLDERS) files.push(...filesBelow(root, folder));
  return files.sort();
}

function filesBelow(root, folder) {
  if (folder === GENERATED || !existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(root, path) : [path];
  });
}
