import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { RepositoryError } from '../repository';
import { isMissing } from './signature';

/** Nobody holds a lock for that long, ms: its process hangs or is on a machine that is gone. */
const STALE_MS = 10_000;
/** Nor does anybody take that long between making it and writing in it who it is, ms. */
const NAMELESS_MS = 1_000;
const PATIENCE_MS = 15_000;
/** Between two tries, ms, and as much again by chance. */
const PAUSE_MS = 5;

/** The one process that may write. */
export interface Lock {
  /** Whether nobody took it for stale, as happens to a process that was stopped for long. */
  isHeld(): Promise<boolean>;
  release(): Promise<void>;
}

/**
 * Waits its turn among processes.
 * @throws RepositoryError when it does not come; errors of the file system
 */
export async function acquireLock(path: string): Promise<Lock> {
  const token = `${process.pid} ${hostname()} ${randomUUID()}`;
  const deadline = Date.now() + PATIENCE_MS;
  while (!(await create(path, token))) {
    if (Date.now() > deadline) throw new RepositoryError('another process is writing');
    if (!(await removeStale(path))) await sleep(PAUSE_MS * (1 + Math.random()));
  }
  const isHeld = async () => (await contentOf(path)) === token;
  return {
    isHeld,
    async release() {
      if (await isHeld()) await rm(path, { force: true });
    },
  };
}

/** @returns whether there was none */
async function create(path: string, token: string): Promise<boolean> {
  try {
    await writeFile(path, token, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    if (!isMissing(error)) throw error;
    await mkdir(dirname(path), { recursive: true });
    return false;
  }
}

/** @returns whether it is worth trying again at once */
async function removeStale(path: string): Promise<boolean> {
  const token = await contentOf(path);
  if (token === undefined) return true;
  if (!(await isStale(path, token))) return false;
  // Two that find it stale at once must not remove the lock that the first of them made meanwhile.
  const guard = `${path}.removal`;
  if (!(await create(guard, token))) {
    if (await isOlderThan(guard, STALE_MS)) await rm(guard, { force: true });
    return false;
  }
  try {
    if ((await contentOf(path)) === token) await rm(path, { force: true });
  } finally {
    await rm(guard, { force: true });
  }
  return true;
}

async function isStale(path: string, token: string): Promise<boolean> {
  if (token === '') return isOlderThan(path, NAMELESS_MS);
  const [pid, host] = token.split(' ');
  if (host === hostname() && !isAlive(Number(pid))) return true;
  return isOlderThan(path, STALE_MS);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

async function isOlderThan(path: string, ms: number): Promise<boolean> {
  const made = await stat(path).catch(() => undefined);
  return made !== undefined && Date.now() - made.mtimeMs > ms;
}

async function contentOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
