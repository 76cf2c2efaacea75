import cluster, { type Worker } from 'node:cluster';
import { LONGEST_REPLICA_NAME } from '../config';
import type { Logger } from '../telemetry';
import { createGatheredMetrics } from './gathered-metrics';
import type { SupervisorMessage } from './message';
import { endOf, endWorker, startWorker } from './worker';

export interface SupervisorOptions {
  /** How many workers serve. */
  readonly workers: number;
  /** The workers are called by it: `name-1`, `name-2`, … */
  readonly replica: string;
  /** The program that workers run. */
  readonly program: string;
  /** Longest time that a worker takes to stop by itself, ms. */
  readonly stopsWithinMs: number;
  readonly logger: Logger;
  /** Told once, when the first worker serves. */
  readonly greet: (greeting: string) => void;
}

/** Processes that serve one port, kept alive. */
export interface Supervisor {
  /** Replaces all workers, one by one, each after its successor serves. */
  restart(): Promise<void>;
  /** Stops all workers, and resolves when they have ended. */
  stop(signal: 'SIGTERM' | 'SIGINT'): Promise<void>;
  /** Rejects when workers only end. */
  readonly failed: Promise<never>;
}

/** No worker serves, and those that are started end at start. */
export class SupervisionError extends Error {
  override readonly name = 'SupervisionError';
}

interface Place {
  readonly replica: string;
  worker: Worker | undefined;
  /** Of starts that failed and workers that did not live long, in a row. */
  failures: number;
}

const MOST_FAILED_STARTS = 5;
const MIN_WAIT_MS = 100;
const MAX_WAIT_MS = 10_000;
/** Whoever lives longer did not end because of its start. */
const LONG_LIFE_MS = 10_000;

/**
 * Starts the workers: the first alone, so that what keeps it from starting is told once, then all
 * others. The supervisor keeps the port open and hands connections to workers in turn (node:cluster),
 * so none is refused while one of them serves.
 * @throws WorkerEndedError when the first worker does not start
 */
export async function supervise(options: SupervisorOptions): Promise<Supervisor> {
  const { logger, stopsWithinMs } = options;
  const places = Array.from({ length: options.workers }, (_, index): Place => {
    return { replica: replicaName(options.replica, index + 1), worker: undefined, failures: 0 };
  });
  const metrics = createGatheredMetrics(options);
  /** Starts under way. Before it has started a worker hears nothing. */
  const starting = new Set<Promise<unknown>>();
  let failedStarts = 0;
  let isStopping = false;
  let isRestartWanted = false;
  let restarting: Promise<void> | undefined;
  let fail: (error: Error) => void = () => undefined;
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  failed.catch(() => undefined);

  function start(place: Place): Promise<string> {
    const started = startAndInstall(place).finally(() => starting.delete(started));
    starting.add(started);
    return started;
  }

  async function startAndInstall(place: Place): Promise<string> {
    const { worker, greeting } = await startWorker(place.replica, metrics.watch);
    failedStarts = 0;
    if (isStopping) {
      await end(worker, { kind: 'retire' });
      return greeting;
    }
    const before = place.worker;
    place.worker = worker;
    watch(place, worker);
    if (before !== undefined) await end(before, { kind: 'retire' });
    return greeting;
  }

  function watch(place: Place, worker: Worker): void {
    const startedAt = performance.now();
    const onEnd = () => {
      if (place.worker !== worker) return;
      place.worker = undefined;
      if (isStopping) return;
      const { exitCode, signalCode } = worker.process;
      logger.warn(
        { worker: place.replica, end: endOf(exitCode, signalCode) },
        'a worker ended: another one takes its place',
      );
      const hasLivedLong = performance.now() - startedAt > LONG_LIFE_MS;
      place.failures = hasLivedLong ? 0 : place.failures + 1;
      void fill(place);
    };
    if (worker.isDead()) onEnd();
    else worker.once('exit', onEnd);
  }

  /** Starts workers for a place until one serves. */
  async function fill(place: Place): Promise<void> {
    for (;;) {
      await pause(waitMs(place.failures));
      if (isStopping || place.worker !== undefined) return;
      try {
        await start(place);
        return;
      } catch (error) {
        place.failures += 1;
        countFailedStart(place, error);
      }
    }
  }

  function countFailedStart({ replica }: Place, error: unknown): void {
    if (isStopping) return;
    failedStarts += 1;
    logger.error({ err: error, worker: replica }, 'a worker did not start');
    const isServed = places.some(({ worker }) => worker !== undefined);
    if (isServed || failedStarts < MOST_FAILED_STARTS) return;
    isStopping = true;
    const reason = error instanceof Error ? error.message : String(error);
    fail(new SupervisionError(`no worker serves and none can be started: ${reason}`));
  }

  function end(worker: Worker, message: SupervisorMessage): Promise<void> {
    return endWorker(worker, message, stopsWithinMs);
  }

  /** Asked again meanwhile, all workers are restarted once more: there may be something newer. */
  async function restartWhileWanted(): Promise<void> {
    while (isRestartWanted) {
      isRestartWanted = false;
      await restartAll();
    }
  }

  async function restartAll(): Promise<void> {
    for (const place of places) {
      if (isStopping) return;
      // One that is not there is being started anew already.
      if (place.worker === undefined) continue;
      try {
        await start(place);
      } catch (error) {
        logger.error(
          { err: error, worker: place.replica },
          'the restart was given up: a new worker did not start, the old ones go on',
        );
        return;
      }
    }
    logger.info('all workers were restarted');
  }

  cluster.setupPrimary({ exec: options.program, args: process.argv.slice(2) });
  const [first, ...others] = places;
  if (first === undefined) throw new RangeError('no workers');
  options.greet(await start(first));
  for (const place of others) void fill(place);

  return {
    restart() {
      isRestartWanted = true;
      restarting ??= restartWhileWanted().finally(() => {
        restarting = undefined;
      });
      return restarting;
    },
    async stop(signal) {
      isStopping = true;
      await Promise.all(
        places.map(({ worker }) => worker && end(worker, { kind: 'stop', signal })),
      );
      await Promise.allSettled(starting);
    },
    failed,
  };
}

function waitMs(failures: number): number {
  if (failures === 0) return 0;
  return Math.min(MAX_WAIT_MS, MIN_WAIT_MS * 2 ** (failures - 1));
}

function replicaName(name: string, number: number): string {
  const suffix = `-${number}`;
  return name.slice(0, LONGEST_REPLICA_NAME - suffix.length) + suffix;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
