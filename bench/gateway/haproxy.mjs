import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { start } from '../lib/child.mjs';
import { readyServer } from './ready-server.mjs';

/** Where Debian keeps it, which is not on everybody's path. */
const PATH = `${process.env.PATH}:/usr/sbin`;

export const haproxyVersion = /version ([\d.]+)/.exec(
  spawnSync('haproxy', ['-v'], { encoding: 'utf8', env: { ...process.env, PATH } }).stdout ?? '',
)?.[1];

/**
 * One HAProxy process with one thread.
 * @param {{sections: string, url: string, core: number}} options sections: its frontends and backends;
 *   url: what it answers with 200 when it is there
 */
export async function startHaproxy({ sections, url, core }) {
  const directory = await mkdtemp(join(tmpdir(), 'floodgate-bench-haproxy-'));
  const file = join(directory, 'haproxy.cfg');
  await writeFile(file, configuration(sections));
  const server = start({ command: ['haproxy', '-db', '-f', file], env: { PATH }, core });
  return readyServer(server, {
    url,
    release: () => rm(directory, { recursive: true, force: true }),
  });
}

function configuration(sections) {
  return `
global
  nbthread 1
  maxconn 4096

defaults
  mode http
  timeout connect 2s
  timeout client 60s
  timeout server 60s
  option http-keep-alive
  http-reuse always
${sections}
`;
}
