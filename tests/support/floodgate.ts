import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { firstAnswer } from './first-answer';
import { freePort } from './free-port';

export type ServedBy = 'front door' | 'next start';

const COMMANDS: Readonly<Record<ServedBy, readonly string[]>> = {
  'front door': ['dist/server.mjs'],
  'next start': ['node_modules/next/dist/bin/next', 'start'],
};

/** The built product as a process of its own on a free port. */
export class Floodgate {
  private constructor(
    readonly url: string,
    private readonly child: ChildProcess,
    private readonly lines: string[],
  ) {}

  /** @param environment adds to the essentials; nothing else is inherited */
  static async start(
    servedBy: ServedBy,
    environment: Readonly<Record<string, string>>,
  ): Promise<Floodgate> {
    const port = await freePort();
    const child = spawn(process.execPath, [...COMMANDS[servedBy]], {
      env: {
        PATH: process.env.PATH,
        NODE_ENV: 'production',
        PORT: String(port),
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const lines: string[] = [];
    const collect = (chunk: unknown) => lines.push(...String(chunk).split('\n'));
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    const floodgate = new Floodgate(`http://127.0.0.1:${port}`, child, lines);
    await firstAnswer(`${floodgate.url}/health/live`, child, () => floodgate.output);
    return floodgate;
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** What it wrote so far, both streams. */
  get output(): string {
    return this.lines.join('\n');
  }

  /** Asks it to end with a signal. @returns its exit code */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    if (this.child.exitCode !== null) return this.child.exitCode;
    const exited = once(this.child, 'exit');
    this.child.kill(signal);
    await exited;
    return this.child.exitCode;
  }
}
