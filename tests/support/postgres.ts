import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { freePort } from './free-port';

const execute = promisify(execFile);
/** Where Debian keeps what is not for everybody's PATH. */
const DEBIAN_FOLDER = '/usr/lib/postgresql';
/** Whom it runs as when the tests run as root, which PostgreSQL refuses to. */
const USER = 'nobody';

/** A private PostgreSQL on a free port, with databases for the asking. */
export class PostgresServer {
  #child: ChildProcess;
  #serial = 0;

  private constructor(
    readonly port: number,
    private readonly directory: string,
    child: ChildProcess,
  ) {
    this.#child = child;
  }

  static async start(): Promise<PostgresServer> {
    const directory = await mkdtemp(join(tmpdir(), 'floodgate-postgres-'));
    await chmod(directory, 0o777);
    const data = join(directory, 'data');
    const [program, args] = asUser(programPath('initdb'), [
      ...['--pgdata', data, '--username', 'postgres', '--auth', 'trust'],
      ...['--no-sync', '--encoding', 'UTF8', '--locale', 'C'],
    ]);
    await execute(program, args, { cwd: directory });
    const port = await freePort();
    return new PostgresServer(port, directory, await spawnServer(port, directory));
  }

  urlOf(database: string): string {
    return `postgres://postgres@127.0.0.1:${this.port}/${database}`;
  }

  /** An empty database that no other test uses. @returns its URL */
  async createDatabase(): Promise<string> {
    this.#serial += 1;
    const name = `test_${this.#serial}`;
    await this.run('postgres', `create database ${name}`);
    return this.urlOf(name);
  }

  /** Runs SQL as the test's own. */
  async run(database: string, text: string, values: unknown[] = []): Promise<unknown[]> {
    const url = database.startsWith('postgres:') ? database : this.urlOf(database);
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(text, values)).rows;
    } finally {
      await client.end();
    }
  }

  /** Ends it as a crash would, with every process it has. */
  async kill(): Promise<void> {
    const exited = once(this.#child, 'exit');
    this.#signal('SIGKILL');
    await exited;
  }

  /** Starts it again on the same port, with what it held. */
  async restart(): Promise<void> {
    await rm(join(this.directory, 'data', 'postmaster.pid'), { force: true });
    this.#child = await spawnServer(this.port, this.directory);
  }

  /** Freezes it: connections stay open and nothing answers. */
  pause(): void {
    this.#signal('SIGSTOP');
  }

  resume(): void {
    this.#signal('SIGCONT');
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) await this.kill();
    await rm(this.directory, { recursive: true, force: true });
  }

  /** To every connection's process too: each has left the group of the first. */
  #signal(signal: NodeJS.Signals): void {
    const { pid } = this.#child;
    if (pid === undefined) return;
    for (const member of [pid, ...childrenOf(pid)]) {
      try {
        process.kill(member, signal);
      } catch (error) {
        // Children notice the end of the first by themselves.
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
      }
    }
  }
}

async function spawnServer(port: number, directory: string): Promise<ChildProcess> {
  const settings = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: directory,
    fsync: 'off',
    max_connections: 200,
  };
  const [program, args] = asUser(programPath('postgres'), [
    ...['-D', join(directory, 'data')],
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ]);
  const child = spawn(program, args, { cwd: directory, stdio: ['ignore', 'ignore', 'pipe'] });
  let output = '';
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`postgres ended at start:\n${output}`)));
    child.stderr.on('data', (chunk) => {
      output += String(chunk);
      if (output.includes('ready to accept connections')) resolve();
    });
  });
  return child;
}

function programPath(name: string): string {
  const folders = (process.env.PATH ?? '').split(delimiter);
  if (existsSync(DEBIAN_FOLDER)) {
    for (const version of readdirSync(DEBIAN_FOLDER)) {
      folders.push(join(DEBIAN_FOLDER, version, 'bin'));
    }
  }
  const folder = folders.find((candidate) => existsSync(join(candidate, name)));
  if (folder === undefined) throw new Error(`${name} is not installed`);
  return join(folder, name);
}

/** setpriv becomes the program, so that signals reach it. */
function asUser(program: string, args: readonly string[]): [string, string[]] {
  if (process.getuid?.() !== 0) return [program, [...args]];
  const become = ['--reuid', USER, '--regid', 'nogroup', '--clear-groups'];
  return ['setpriv', [...become, '--', program, ...args]];
}

function parentOf(pid: number): number | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name, in parentheses, may hold anything.
    return Number(status.slice(status.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined;
  }
}

function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => parentOf(pid) === parent);
}
