import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { freePort } from './free-port';

const TOKEN = 'the-token-of-the-stack-test';

/** `npm run stack` as a process of its own, with nginx on a free port. */
export class Stack {
  #output = '';
  #waiting: (() => void)[] = [];

  private constructor(
    readonly url: string,
    private readonly child: ChildProcess,
  ) {
    const wake = () => {
      for (const resume of this.#waiting.splice(0)) resume();
    };
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: unknown) => {
        this.#output += String(chunk);
        wake();
      });
    }
    child.once('exit', wake);
  }

  static async start(): Promise<Stack> {
    const port = await freePort();
    const child = spawn(process.execPath, ['scripts/stack.mjs', '--port', String(port)], {
      env: { ...process.env, ADMIN_TOKEN: TOKEN },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const stack = new Stack(`http://127.0.0.1:${port}`, child);
    await stack.says(/The stack serves/);
    return stack;
  }

  /** What it wrote so far. */
  get output(): string {
    return this.#output;
  }

  /** Waits until it has written something, counted from a place in its output. */
  async says(pattern: RegExp, from = 0): Promise<RegExpMatchArray> {
    for (;;) {
      const found = this.#output.slice(from).match(pattern);
      if (found !== null) return found;
      if (this.child.exitCode !== null)
        throw new Error(`the stack ended with ${this.child.exitCode}:\n${this.#output}`);
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  /** The process of a part, the last one that it said runs. */
  pidOf(name: string): number {
    const found = [...this.#output.matchAll(new RegExp(`runs +${name} .* pid (\\d+)`, 'g'))];
    return Number(found.at(-1)?.[1]);
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Puts an entity by the admin API. @returns the status */
  async put(path: string, entity: unknown): Promise<number> {
    const response = await fetch(`${this.url}/api/v1/admin/${path}`, {
      method: 'PUT',
      headers: { Authorization: `Bearer ${TOKEN}`, 'Content-Type': 'application/json' },
      body: JSON.stringify(entity),
    });
    await response.arrayBuffer();
    return response.status;
  }

  /** @returns its exit code */
  async stop(): Promise<number | null> {
    if (this.child.exitCode !== null) return this.child.exitCode;
    const exited = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await exited;
    return this.child.exitCode;
  }
}
