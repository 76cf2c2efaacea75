import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { firstAnswer } from './first-answer';
import { freePort } from './free-port';

const logLineSchema = z.record(z.string(), z.unknown());
const adminBodySchema = z.looseObject({ version: z.int().optional(), key: z.string().optional() });

export interface AdminAnswer {
  readonly status: number;
  readonly body: z.infer<typeof adminBodySchema>;
}

export type ServedBy = 'front door' | 'next start';

const COMMANDS: Readonly<Record<ServedBy, readonly string[]>> = {
  'front door': ['dist/server.mjs'],
  'next start': ['node_modules/next/dist/bin/next', 'start'],
};

/** Signs in to every process started here that is given no other. */
export const ADMIN_TOKEN = 'the-token-of-the-tests';

/** Nobody listens there: tests that want backends start their own. */
const NO_BACKEND = 'http://127.0.0.1:9';

/** The built product as a process of its own on a free port, with a configuration file of its own. */
export class Floodgate {
  private constructor(
    readonly url: string,
    /** Where its configuration file is, unless it was given another. */
    readonly folder: string,
    private readonly child: ChildProcess,
    private readonly lines: string[],
  ) {}

  /** @param environment adds to the essentials; nothing else is inherited */
  static async start(
    servedBy: ServedBy,
    environment: Readonly<Record<string, string>>,
  ): Promise<Floodgate> {
    const port = await freePort();
    const folder = await mkdtemp(join(tmpdir(), 'floodgate-process-'));
    const child = spawn(process.execPath, [...COMMANDS[servedBy]], {
      env: {
        PATH: process.env.PATH,
        NODE_ENV: 'production',
        PORT: String(port),
        FLOODGATE_CONFIG: join(folder, 'floodgate.config.json'),
        ADMIN_TOKEN,
        DEMO_BACKENDS: NO_BACKEND,
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const lines: string[] = [];
    const collect = (chunk: unknown) => lines.push(...String(chunk).split('\n'));
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    const floodgate = new Floodgate(`http://127.0.0.1:${port}`, folder, child, lines);
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

  /** The lines of its log with such a message. */
  logged(message: RegExp): Record<string, unknown>[] {
    return this.output
      .split('\n')
      .filter((line) => line.startsWith('{') && line.endsWith('}'))
      .map((line) => logLineSchema.parse(JSON.parse(line)))
      .filter(({ msg }) => message.test(String(msg)));
  }

  /** A call of its admin API, by the token. @param body sent as JSON */
  async admin(method: string, path: string, body?: unknown): Promise<AdminAnswer> {
    const response = await fetch(`${this.url}/api/v1/admin/${path}`, {
      method,
      headers: { Authorization: `Bearer ${ADMIN_TOKEN}`, 'Content-Type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: adminBodySchema.parse(await response.json()) };
  }

  /** Asks it to end with a signal, if it has not. @returns its exit code; null: by a signal */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const exited = once(this.child, 'exit');
      this.child.kill(signal);
      await exited;
    }
    await rm(this.folder, { recursive: true, force: true });
    return this.child.exitCode;
  }
}
