import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port';

/** A private nginx that balances over replicas and says who its clients are. */
export class Nginx {
  private constructor(
    readonly url: string,
    private readonly child: ChildProcess,
    private readonly directory: string,
  ) {}

  /** @param replicas their URLs; requests go to them in turn */
  static start(replicas: readonly string[]): Promise<Nginx> {
    return Nginx.serving((port) => balancing(port, replicas));
  }

  /** @param servers what is served, as its configuration says it within `http` */
  static async serving(servers: (port: number) => string): Promise<Nginx> {
    const port = await freePort();
    const directory = await mkdtemp(join(tmpdir(), 'floodgate-nginx-'));
    await writeFile(join(directory, 'nginx.conf'), configuration(servers(port)));
    const child = spawn('nginx', ['-p', directory, '-e', 'stderr', '-c', 'nginx.conf'], {
      env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    await accepts(port, child);
    return new Nginx(`http://127.0.0.1:${port}`, child, directory);
  }

  async stop(): Promise<void> {
    const exited = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await exited;
    await rm(this.directory, { recursive: true, force: true });
  }
}

function configuration(servers: string): string {
  return `
daemon off;
pid nginx.pid;
worker_processes 1;
events { worker_connections 4096; }
http {
  access_log off;
  client_body_temp_path body;
  proxy_temp_path proxy;
  fastcgi_temp_path fastcgi;
  uwsgi_temp_path uwsgi;
  scgi_temp_path scgi;
${servers}
}
`;
}

function balancing(port: number, replicas: readonly string[]): string {
  return `
  upstream floodgate {
${replicas.map((url) => `    server ${new URL(url).host};`).join('\n')}
    keepalive 64;
  }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://floodgate;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    }
  }
`;
}

/** Waits until a process that is starting takes connections. @throws Error when it has ended instead */
export async function accepts(port: number, child: ChildProcess): Promise<void> {
  for (;;) {
    if (child.exitCode !== null) {
      throw new Error(`${child.spawnfile} ended with ${child.exitCode}`);
    }
    const socket = connect(port, '127.0.0.1');
    try {
      await once(socket, 'connect');
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 25));
    } finally {
      socket.destroy();
    }
  }
}
