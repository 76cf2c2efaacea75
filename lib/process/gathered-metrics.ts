import type { Worker } from 'node:cluster';
import {
  addEnded,
  cumulative,
  type Family,
  type MetricsReport,
  mergeFamilies,
  onceForAll,
} from '../telemetry/metrics';
import { within } from '../within';
import { readWorkerMetrics, type SupervisorMetricsMessage } from './metrics-message';

/** The metrics of all workers, in the supervisor. */
export interface GatheredMetrics {
  /** Takes in what a worker tells, and answers when it asks, until it ends. */
  watch(worker: Worker): void;
}

/** What one worker told last. */
interface Telling {
  /** Undefined before it told anything: it does not serve yet. */
  families: readonly Family[] | undefined;
  /** There while it is asked and has not told. */
  onTold: (() => void) | undefined;
}

/** How long a scrape waits for the slowest worker, ms. */
const LONGEST_WAIT_MS = 1_000;

/**
 * Gathers what the workers count, and answers the one that was asked for it. What a worker that ended,
 * or is silent, had counted when it last told stays in the sums: a sum that goes down is taken for
 * one that began anew.
 * @param replica what all workers together are called @param workers how many serve when none is missing
 */
export function createGatheredMetrics({
  replica,
  workers,
}: {
  readonly replica: string;
  readonly workers: number;
}): GatheredMetrics {
  const tellings = new Map<Worker, Telling>();
  const sinceMs = Date.now();
  let ofEnded: Promise<readonly Family[]> = Promise.resolve([]);
  const report = onceForAll(gather)((gathered) => gathered);

  async function gather(): Promise<MetricsReport> {
    const asked = [...tellings].filter(([, { families }]) => families !== undefined);
    const answers = asked.map(([worker, telling]) => ask(worker, telling));
    await within(Promise.all(answers), LONGEST_WAIT_MS);
    // From here to the sum nothing may come between: who ends moves from one side to the other.
    const told = [...tellings.values()];
    const fresh = told.flatMap(({ families, onTold }) => (families && !onTold ? [families] : []));
    const stale = told.flatMap(({ families, onTold }) => (families && onTold ? [families] : []));
    const families = sumOf([...fresh, ...stale.map(cumulative)], ofEnded);
    const missing = Math.max(0, workers - fresh.length - stale.length);
    return {
      replica,
      families: await families,
      sinceMs,
      workers: { answering: fresh.length, silent: stale.length, missing },
    };
  }

  function answer(worker: Worker): void {
    // Whoever asks waits no longer than for a silent supervisor.
    report().then(
      (told) => send(worker, { kind: 'all-metrics', report: told }),
      () => undefined,
    );
  }

  return {
    watch(worker) {
      const telling: Telling = { families: undefined, onTold: undefined };
      tellings.set(worker, telling);
      worker.on('message', (content) => {
        const message = readWorkerMetrics(content);
        if (message?.kind === 'ask-metrics') answer(worker);
        if (message?.kind !== 'metrics') return;
        telling.families = message.families;
        settle(telling);
      });
      const onEnd = () => {
        // What it told last may arrive after its exit, and not after its channel was closed.
        if (!worker.isDead() || worker.isConnected() || !tellings.delete(worker)) return;
        const ended = telling.families ?? [];
        // What can't be added is lost by itself, and not with all that came before and comes after.
        ofEnded = ofEnded.then((before) => addEnded(before, ended).catch(() => before));
        settle(telling);
      };
      worker.once('exit', onEnd).once('disconnect', onEnd);
    },
  };
}

async function sumOf(
  tellings: readonly (readonly Family[])[],
  ofEnded: Promise<readonly Family[]>,
): Promise<readonly Family[]> {
  return mergeFamilies([...tellings, await ofEnded]);
}

function ask(worker: Worker, telling: Telling): Promise<void> {
  return new Promise((resolve) => {
    telling.onTold = resolve;
    send(worker, { kind: 'tell-metrics' });
  });
}

function settle(telling: Telling): void {
  const { onTold } = telling;
  telling.onTold = undefined;
  onTold?.();
}

function send(worker: Worker, message: SupervisorMetricsMessage): void {
  if (worker.isConnected()) worker.send(message);
}
