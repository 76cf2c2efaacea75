// `npm run config`: export, import, diff and validate configuration. Installs and builds first when that is
// due, as `npm start` does, but says so on standard error: standard output is the command's own.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const scripts = dirname(fileURLToPath(import.meta.url));
const prepared = pathToFileURL(join(scripts, 'prepare.mjs')).href;
const caller = process.env.INIT_CWD ?? process.cwd();
const [command, ...rest] = process.argv.slice(2);
// Before the working directory changes: a path is meant from where the command was given.
const words = rest.map((word) => (word.startsWith('-') ? word : resolve(caller, word)));

const preparation = spawnSync(
  process.execPath,
  ['--input-type=module', '--eval', `await (await import('${prepared}')).prepare()`],
  { stdio: ['ignore', 2, 2] },
);
if (preparation.status !== 0) process.exit(preparation.status ?? 1);

process.chdir(dirname(scripts));
// What the environment already says wins over the file.
if (existsSync('.env')) process.loadEnvFile?.('.env');
process.argv.splice(2, Infinity, ...(command === undefined ? [] : [command, ...words]));
await import('../dist/config.mjs');
