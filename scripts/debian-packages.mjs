import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { CommandError, run } from './command.mjs';

/** Programs that are run for real, by the tests or by the stack, and the Debian package of each. */
const PACKAGES = {
  'redis-server': 'redis-server',
  nginx: 'nginx',
  chromium: 'chromium',
  openssl: 'openssl',
  initdb: 'postgresql',
  caddy: 'caddy',
  haproxy: 'haproxy',
  prometheus: 'prometheus',
};
/** Debian keeps PostgreSQL's programs off the PATH, in a folder for each release. */
const POSTGRESQL = '/usr/lib/postgresql';

/**
 * Installs what is to be run and this machine lacks, through apt-get.
 *
 * @param {string} [who] who needs them, for the message
 * @param {readonly string[]} [programs] all that the tests run unless given
 * @throws {CommandError} naming what is missing when it can't
 */
export async function installMissingPackages(
  who = 'the tests need',
  programs = Object.keys(PACKAGES),
) {
  const missing = programs
    .filter((program) => programPath(program) === undefined)
    .map((program) => PACKAGES[program]);
  if (missing.length === 0) return;
  const apt = aptCommand();
  if (apt === undefined) {
    throw new CommandError(
      `${who} ${missing.join(', ')}: install them, or run as root on Debian`,
      1,
    );
  }
  console.log(`Installing ${missing.join(', ')} …`);
  // The services of these packages are not wanted, and a package must not fail for starting one.
  const options = { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' } };
  const [command, ...prefix] = apt;
  await run(command, [...prefix, 'update', '-qq'], options);
  await run(
    command,
    [...prefix, 'install', '-y', '-qq', '--no-install-recommends', ...missing],
    options,
  );
}

/**
 * Where a program is, also when Debian keeps it off everybody's PATH.
 *
 * @param {string} program
 * @returns {string | undefined}
 */
export function programPath(program) {
  const releases = existsSync(POSTGRESQL) ? readdirSync(POSTGRESQL) : [];
  const folders = [
    ...(process.env.PATH ?? '').split(delimiter),
    '/usr/sbin',
    '/usr/local/sbin',
    ...releases.map((release) => join(POSTGRESQL, release, 'bin')),
  ];
  return folders.map((folder) => join(folder, program)).find((path) => existsSync(path));
}

/** apt-get as root, or through sudo where it asks for no password; undefined where neither works. */
function aptCommand() {
  if (programPath('apt-get') === undefined) return undefined;
  if (process.getuid?.() === 0) return ['apt-get'];
  const canSudo = spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0;
  return canSudo ? ['sudo', '-n', '-E', 'apt-get'] : undefined;
}
