import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import type { Certificates } from './certificates';
import { freePort } from './free-port';

export interface RedisServerOptions {
  /** Lines of its configuration beside port, address and folder. */
  readonly config?: readonly string[];
  readonly isSentinel?: boolean;
  readonly isTls?: boolean;
  /** `redis-server` by default. */
  readonly program?: string;
}

/** A private redis-server on a free port, without persistence. */
export class RedisServer {
  #child: ChildProcess;

  private constructor(
    readonly port: number,
    private readonly directory: string,
    private readonly options: RedisServerOptions,
    child: ChildProcess,
  ) {
    this.#child = child;
  }

  static async start(onPort?: number, options: RedisServerOptions = {}): Promise<RedisServer> {
    const port = onPort ?? (await freePort());
    const directory = await mkdtemp(join(tmpdir(), 'floodgate-redis-'));
    return new RedisServer(port, directory, options, await spawnRedis(port, directory, options));
  }

  /** One that speaks nothing but TLS. */
  static startWithTls({ authority, certificate, key }: Certificates): Promise<RedisServer> {
    return RedisServer.start(undefined, {
      isTls: true,
      config: [
        `tls-cert-file ${certificate}`,
        `tls-key-file ${key}`,
        `tls-ca-cert-file ${authority}`,
        'tls-auth-clients no',
      ],
    });
  }

  get url(): string {
    return `redis://${this.address}`;
  }

  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** A client for the test's own commands, which does not mind the server's absence. */
  connect(): Redis {
    const client = new Redis(this.port, '127.0.0.1', { retryStrategy: () => 20 });
    client.on('error', () => undefined);
    return client;
  }

  /** Ends it as a crash would. */
  async kill(): Promise<void> {
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exited;
  }

  /** Starts it again on the same port, empty. */
  async restart(): Promise<void> {
    this.#child = await spawnRedis(this.port, this.directory, this.options);
  }

  /** Freezes it: connections stay open and nothing answers. */
  pause(): void {
    this.#child.kill('SIGSTOP');
  }

  resume(): void {
    this.#child.kill('SIGCONT');
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) await this.kill();
    await rm(this.directory, { recursive: true, force: true });
  }
}

async function spawnRedis(
  port: number,
  directory: string,
  options: RedisServerOptions,
): Promise<ChildProcess> {
  const file = join(directory, 'server.conf');
  const { config = [], isSentinel = false, isTls = false, program = 'redis-server' } = options;
  const ports = isTls ? ['port 0', `tls-port ${port}`] : [`port ${port}`];
  const own = [...ports, 'bind 127.0.0.1', `dir ${directory}`];
  const lines = isSentinel ? own : [...own, 'save ""'];
  await writeFile(file, `${[...lines, ...config].join('\n')}\n`);
  const child = spawn(program, isSentinel ? [file, '--sentinel'] : [file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const readyLine = isSentinel ? 'Sentinel ID is' : 'Ready to accept connections';
  let output = '';
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`${program} ended at start:\n${output}`)));
    child.stdout.on('data', (chunk) => {
      output += String(chunk);
      if (output.includes(readyLine)) resolve();
    });
  });
  return child;
}
