import type { Metrics, MetricsReport } from '../telemetry/metrics';
import { readSupervisorMetrics, type WorkerMetricsMessage } from './metrics-message';

/** A worker's metrics, in the hands of all workers. */
export interface SharedMetrics {
  /** Tells the supervisor what was counted up to now: before the process ends. */
  tellLast(): Promise<void>;
}

/** Longer than the supervisor waits for the slowest worker. */
const LONGEST_WAIT_MS = 2_000;

/**
 * Shares the metrics of this worker with the others: whichever is asked answers for all of them,
 * through their supervisor.
 */
export function shareMetrics(metrics: Pick<Metrics, 'own' | 'gatherBy'>): SharedMetrics {
  let waiting: ((report: MetricsReport) => void)[] = [];

  async function tell(): Promise<void> {
    await send({ kind: 'metrics', families: await metrics.own() });
  }

  process.on('message', (content) => {
    const message = readSupervisorMetrics(content);
    if (message?.kind === 'tell-metrics') void tell().catch(() => undefined);
    else if (message?.kind === 'all-metrics') {
      for (const resolve of waiting.splice(0)) resolve(message.report);
    }
  });

  // It is asked from its first word on.
  void tell().catch(() => undefined);
  metrics.gatherBy(
    () =>
      new Promise((resolve, reject) => {
        const late = setTimeout(() => {
          waiting = waiting.filter((other) => other !== answered);
          reject(new Error('the supervisor did not answer in time'));
        }, LONGEST_WAIT_MS);
        const answered = (report: MetricsReport) => {
          clearTimeout(late);
          resolve(report);
        };
        waiting.push(answered);
        void send({ kind: 'ask-metrics' }).catch(reject);
      }),
  );

  return { tellLast: () => tell().catch(() => undefined) };
}

function send(message: WorkerMetricsMessage): Promise<void> {
  return new Promise((resolve, reject) => {
    if (process.send === undefined) throw new Error('this process has no supervisor');
    process.send(message, undefined, undefined, (error) => {
      if (error === null) resolve();
      else reject(error);
    });
  });
}
