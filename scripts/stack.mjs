// `npm run stack`: nginx, three gateways, three backends, Redis and PostgreSQL on this machine, until
// Ctrl-C. Installs and builds first what is missing. SIGHUP restarts the gateways one by one.

import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { installMissingPackages } from './debian-packages.mjs';
import { ROOT } from './paths.mjs';
import { prepare } from './prepare.mjs';
import { createStack } from './stack/stack.mjs';
import { clock, paint } from './terminal.mjs';

const MARKS = {
  runs: paint('green', '✓ runs '),
  stops: paint('yellow', '↻ stops'),
  died: paint('red', '✕ died '),
};

let stack;
let isStopping = false;
let isRestarting = false;

try {
  const port = readPort();
  await prepare();
  await installMissingPackages('the stack needs', ['nginx', 'redis-server', 'initdb']);
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, stop);
  process.on('SIGHUP', restart);
  process.on('exit', () => stack?.kill());
  const bundles = join(ROOT, 'dist');
  stack = createStack({ port, bundles, adminToken: process.env.ADMIN_TOKEN || undefined, tell });
  await stack.start();
  if (!isStopping) console.log(greeting());
} catch (error) {
  if (!isStopping) {
    console.error(`error: ${error.message}`);
    process.exit(error.exitCode ?? 1);
  }
}

function readPort() {
  const { port } = parseArgs({ options: { port: { type: 'string', default: '8080' } } }).values;
  if (!/^\d{1,5}$/.test(port) || Number(port) < 1 || Number(port) > 65_535)
    throw new Error('--port takes a number from 1 to 65535');
  return Number(port);
}

function tell(part, word, detail) {
  console.log(`${paint('grey', clock())}  ${MARKS[word]}  ${part.name.padEnd(9)}  ${detail}`);
}

function greeting() {
  const { url, adminToken } = stack;
  return `
  ${paint('bold', 'The stack serves')}   ${paint('cyan', url)}

    admin token   ${adminToken}
    try           npm run burst -- --url ${url}/api/info
                  npm run balance -- --url ${url}/api/info
    restart       kill -HUP ${process.pid}   one gateway after the other; also starts again what died
    stop          Ctrl-C
`;
}

async function restart() {
  if (stack === undefined || isRestarting || isStopping) return;
  isRestarting = true;
  try {
    await stack.restartGateways();
    if (!isStopping) console.log(`${paint('grey', clock())}  all gateways were restarted`);
  } catch (error) {
    if (!isStopping) console.error(`error: ${error.message}`);
  } finally {
    isRestarting = false;
  }
}

async function stop() {
  // A second signal: at once.
  if (isStopping || stack === undefined) process.exit(isStopping ? 1 : 0);
  isStopping = true;
  await stack.stop();
  process.exit(0);
}
