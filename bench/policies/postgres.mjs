import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chown, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { start } from '../lib/child.mjs';
import { LOAD_CORE } from '../lib/machine.mjs';

const run = promisify(execFile);
const PORT = 8_430;
const PACKAGED = '/usr/lib/postgresql';
/** Who runs the server when we are root, which it refuses to be. */
const UNPRIVILEGED = { name: 'nobody', uid: 65_534 };

/**
 * A PostgreSQL of our own in a temporary folder.
 * @returns {Promise<{url: string, close: () => Promise<void>}>}
 */
export async function openPostgres() {
  const directory = await mkdtemp(join(tmpdir(), 'floodgate-bench-postgres-'));
  const isRoot = process.getuid?.() === 0;
  if (isRoot) await chown(directory, UNPRIVILEGED.uid, UNPRIVILEGED.uid);
  const as = isRoot ? ['setpriv', '--reuid', UNPRIVILEGED.name, '--clear-groups'] : [];
  const programs = await programFolder();
  const data = join(directory, 'data');
  const initialise = [
    ...as,
    join(programs, 'initdb'),
    '-D',
    data,
    '-U',
    'floodgate',
    '-A',
    'trust',
  ];
  await run(initialise[0], initialise.slice(1), { cwd: directory });
  const server = start({
    command: [
      ...as,
      join(programs, 'postgres'),
      ...['-D', data, '-p', String(PORT), '-k', directory, '-c', 'listen_addresses=127.0.0.1'],
    ],
    cwd: directory,
    core: LOAD_CORE,
  });
  const ready = ['-h', '127.0.0.1', '-p', String(PORT), '-U', 'floodgate', '-d', 'postgres'];
  while (!(await succeeds(join(programs, 'pg_isready'), ready))) await sleep(50);
  return {
    url: `postgres://floodgate@127.0.0.1:${PORT}/postgres`,
    async close() {
      await server.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Debian keeps the server's programs out of the PATH, in a folder by version. */
async function programFolder() {
  const versions = existsSync(PACKAGED) ? await readdir(PACKAGED) : [];
  const newest = versions.toSorted((a, b) => Number(b) - Number(a))[0];
  if (newest === undefined) throw new Error('PostgreSQL is missing: install postgresql');
  return join(PACKAGED, newest, 'bin');
}

async function succeeds(file, args) {
  try {
    await run(file, args);
    return true;
  } catch {
    return false;
  }
}
