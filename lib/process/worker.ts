import cluster, { type Worker } from 'node:cluster';
import { readWorkerMessage, type SupervisorMessage, type WorkerMessage } from './message';

/** A worker that ended before it served, or was made to. */
export class WorkerEndedError extends Error {
  override readonly name = 'WorkerEndedError';

  constructor(
    readonly exitCode: number | null,
    signal: string | null,
  ) {
    super(`a worker ended at start (${endOf(exitCode, signal)})`);
  }
}

export interface StartedWorker {
  readonly worker: Worker;
  readonly greeting: string;
}

/** A start takes longer than this only when something is hung. */
const LONGEST_START_MS = 60_000;

/**
 * Forks a worker and waits until it serves.
 * @param onFork told of it before it runs
 * @throws WorkerEndedError when it ends instead
 */
export function startWorker(
  replica: string,
  onFork: (worker: Worker) => void,
): Promise<StartedWorker> {
  const worker = cluster.fork({ FLOODGATE_REPLICA: replica });
  onFork(worker);
  return new Promise((resolve, reject) => {
    const hung = setTimeout(() => worker.process.kill('SIGKILL'), LONGEST_START_MS);
    worker.on('message', (content) => {
      const message = readWorkerMessage(content);
      if (message === undefined) return;
      clearTimeout(hung);
      resolve({ worker, greeting: message.greeting });
    });
    worker.once('exit', (code, signal) => {
      clearTimeout(hung);
      reject(new WorkerEndedError(code, signal));
    });
    // Of a channel whose worker has gone; its exit is told of too.
    worker.on('error', () => undefined);
  });
}

/**
 * Asks a worker to end and waits until it has.
 * @param withinMs after that it is killed
 */
export function endWorker(
  worker: Worker,
  message: SupervisorMessage,
  withinMs: number,
): Promise<void> {
  if (worker.isDead()) return Promise.resolve();
  return new Promise((resolve) => {
    const hung = setTimeout(() => worker.process.kill('SIGKILL'), withinMs);
    worker.once('exit', () => {
      clearTimeout(hung);
      resolve();
    });
    if (worker.isConnected()) worker.send(message);
  });
}

/** Tells the supervisor, in a worker, that it serves. @param greeting what people are told of a start */
export function tellReady(greeting: string): void {
  process.send?.({ kind: 'ready', greeting } satisfies WorkerMessage);
}

/** How a process ended, in a few words. */
export function endOf(exitCode: number | null, signal: string | null): string {
  return signal ? `by ${signal}` : `exit code ${exitCode}`;
}
