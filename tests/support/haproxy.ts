import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port';
import { accepts } from './nginx';

/** A private HAProxy that balances over replicas. */
export class Haproxy {
  private constructor(
    readonly url: string,
    private readonly child: ChildProcess,
    private readonly directory: string,
  ) {}

  /**
   * @param replicas their URLs; requests go to them in turn
   * @param rules lines of its own for the frontend, such as `http-request deny if { path /x }`
   */
  static async start(replicas: readonly string[], rules: readonly string[] = []): Promise<Haproxy> {
    const port = await freePort();
    const directory = await mkdtemp(join(tmpdir(), 'floodgate-haproxy-'));
    const file = join(directory, 'haproxy.cfg');
    await writeFile(file, configuration(port, replicas, rules));
    const child = spawn('haproxy', ['-q', '-db', '-f', file], {
      env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    await accepts(port, child);
    return new Haproxy(`http://127.0.0.1:${port}`, child, directory);
  }

  async stop(): Promise<void> {
    const exited = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await exited;
    await rm(this.directory, { recursive: true, force: true });
  }
}

function configuration(
  port: number,
  replicas: readonly string[],
  rules: readonly string[],
): string {
  return `
global
  maxconn 1024
  nbthread 1
defaults
  mode http
  timeout connect 2s
  timeout client 10s
  timeout server 10s
  option forwardfor
  http-reuse always
frontend clients
  bind 127.0.0.1:${port}
${rules.map((rule) => `  ${rule}`).join('\n')}
  default_backend floodgate
backend floodgate
${replicas.map((url, i) => `  server replica${i} ${new URL(url).host}`).join('\n')}
`;
}
