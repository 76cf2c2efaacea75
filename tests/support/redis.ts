import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port';

/** A private redis-server on a free port, without persistence. */
export class RedisServer {
  private constructor(
    private readonly port: number,
    private readonly directory: string,
    private child: ChildProcess,
  ) {}

  static async start(onPort?: number): Promise<RedisServer> {
    const port = onPort ?? (await freePort());
    const directory = await mkdtemp(join(tmpdir(), 'floodgate-redis-'));
    return new RedisServer(port, directory, await spawnRedis(port, directory));
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Ends it as a crash would. */
  async kill(): Promise<void> {
    const exited = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await exited;
  }

  /** Starts it again on the same port, empty. */
  async restart(): Promise<void> {
    this.child = await spawnRedis(this.port, this.directory);
  }

  /** Freezes it: connections stay open and nothing answers. */
  pause(): void {
    this.child.kill('SIGSTOP');
  }

  resume(): void {
    this.child.kill('SIGCONT');
  }

  async stop(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) await this.kill();
    await rm(this.directory, { recursive: true, force: true });
  }
}

async function spawnRedis(port: number, directory: string): Promise<ChildProcess> {
  const child = spawn(
    'redis-server',
    ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', directory],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let output = '';
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`redis-server ended at start:\n${output}`)));
    child.stdout.on('data', (chunk) => {
      output += String(chunk);
      if (output.includes('Ready to accept connections')) resolve();
    });
  });
  return child;
}
