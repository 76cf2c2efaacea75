import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { start } from '../lib/child.mjs';
import { readyServer } from './ready-server.mjs';

/** Where Debian keeps it, which is not on everybody's path. */
const PATH = `${process.env.PATH}:/usr/sbin`;

export const nginxVersion = /nginx\/([\d.]+)/.exec(
  spawnSync('nginx', ['-v'], { encoding: 'utf8', env: { ...process.env, PATH } }).stderr ?? '',
)?.[1];

/**
 * One nginx process.
 * @param {{http: string, url: string, core: number}} options http: what stands in its http block;
 *   url: what it answers with 200 when it is there
 */
export async function startNginx({ http, url, core }) {
  const directory = await mkdtemp(join(tmpdir(), 'floodgate-bench-nginx-'));
  await writeFile(join(directory, 'nginx.conf'), configuration(http));
  const server = start({
    command: ['nginx', '-p', directory, '-e', 'stderr', '-c', 'nginx.conf'],
    env: { PATH },
    core,
  });
  return readyServer(server, {
    url,
    release: () => rm(directory, { recursive: true, force: true }),
  });
}

function configuration(http) {
  return `
daemon off;
master_process off;
pid nginx.pid;
events { worker_connections 18000; }
http {
  access_log off;
  tcp_nodelay on;
  keepalive_requests 1000000000;
  keepalive_timeout 75s;
  client_body_temp_path body;
  proxy_temp_path proxy;
  fastcgi_temp_path fastcgi;
  uwsgi_temp_path uwsgi;
  scgi_temp_path scgi;
${http}
}
`;
}
