import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { programPath } from '../debian-packages.mjs';
import { Part } from './part.mjs';

/** Whom PostgreSQL runs as when the stack is started by root, whom it refuses to run as. */
const USER = 'nobody';

/** Counters: nothing is kept on disk, nothing is evicted. */
export function redisPart({ port, folder, ...common }) {
  const data = join(folder, 'redis');
  mkdirSync(data);
  const part = new Part({
    ...common,
    name: 'redis',
    command: programPath('redis-server'),
    args: [
      ...['--bind', '127.0.0.1', '--port', String(port), '--dir', data],
      ...['--save', '', '--appendonly', 'no', '--maxmemory-policy', 'noeviction'],
    ],
    folder: data,
    isReady: async () => says(part.log, 'Ready to accept connections'),
    stopSignal: 'SIGTERM',
  });
  return part;
}

/** Configuration, in a database of its own that is gone with the stack. */
export function postgresPart({ port, folder, ...common }) {
  const home = join(folder, 'postgres');
  const data = join(home, 'data');
  mkdirSync(home);
  const isRoot = process.getuid?.() === 0;
  if (isRoot) execFileSync('chown', [USER, home]);
  // setpriv becomes the program, so that signals reach it.
  const command = (name, args) =>
    isRoot
      ? {
          command: 'setpriv',
          args: [
            '--reuid',
            USER,
            '--regid',
            'nogroup',
            '--clear-groups',
            programPath(name),
            ...args,
          ],
        }
      : { command: programPath(name), args };
  const creation = command('initdb', [
    ...['--pgdata', data, '--username', 'floodgate', '--auth', 'trust'],
    ...['--no-sync', '--encoding', 'UTF8', '--locale', 'C'],
  ]);
  execFileSync(creation.command, creation.args, { cwd: home, stdio: ['ignore', 'ignore', 'pipe'] });
  const part = new Part({
    ...common,
    ...command('postgres', [
      ...['-D', data, '-c', 'listen_addresses=127.0.0.1', '-c', `port=${port}`],
      ...['-c', `unix_socket_directories=${home}`, '-c', 'fsync=off'],
    ]),
    name: 'postgres',
    folder: home,
    isReady: async () => says(part.log, 'ready to accept connections'),
    // Without waiting for the gateways to leave.
    stopSignal: 'SIGINT',
  });
  return part;
}

function says(log, words) {
  return readFileSync(log, 'utf8').includes(words);
}
