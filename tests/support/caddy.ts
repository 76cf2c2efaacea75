import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port';
import { accepts } from './nginx';

/** Global options of a private Caddy: no control port, no certificates, errors only. */
const OPTIONS = `{
	admin off
	auto_https off
	log {
		level ERROR
	}
}
`;

/** A private Caddy. */
export class Caddy {
  private constructor(
    readonly url: string,
    private readonly child: ChildProcess,
    private readonly directory: string,
  ) {}

  /** @param sites what is served, as its Caddyfile says it */
  static async serving(sites: (port: number) => string): Promise<Caddy> {
    const port = await freePort();
    const directory = await mkdtemp(join(tmpdir(), 'floodgate-caddy-'));
    const caddyfile = join(directory, 'Caddyfile');
    await writeFile(caddyfile, OPTIONS + sites(port));
    const child = spawn('caddy', ['run', '--config', caddyfile, '--adapter', 'caddyfile'], {
      // It keeps what it was last configured with in the home folder.
      env: {
        ...process.env,
        HOME: directory,
        XDG_CONFIG_HOME: directory,
        XDG_DATA_HOME: directory,
      },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    await accepts(port, child);
    return new Caddy(`http://127.0.0.1:${port}`, child, directory);
  }

  async stop(): Promise<void> {
    const exited = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await exited;
    await rm(this.directory, { recursive: true, force: true });
  }
}
