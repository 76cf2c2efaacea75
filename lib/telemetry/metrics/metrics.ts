import type { RequestObserver } from '../../gateway';
import type { Upstreams } from '../../upstream';
import type { AttemptMetrics } from './attempt-metrics';
import { type ExpositionFormat, exposition } from './exposition';
import { type Family, gauge } from './family';
import { onceForAll } from './once-for-all';
import { createProcessMetrics, type ProcessMetricsOptions } from './process-metrics';
import { createRequestMetrics } from './request-metrics';
import { type Summary, summaryOf } from './summary';
import { takeTurns } from './turns';
import { upstreamFamilies } from './upstream-metrics';

export interface MetricsOptions extends ProcessMetricsOptions {
  readonly upstreams: Pick<Upstreams, 'status'>;
  readonly attempts: Pick<AttemptMetrics, 'families'>;
}

/** What is told of one replica: of its only process, or of all its workers together. */
export interface MetricsReport {
  /** What all workers together are called. */
  readonly replica: string;
  readonly families: readonly Family[];
  /** Since when it counts, Unix ms. */
  readonly sinceMs: number;
  readonly workers: WorkerStates;
}

/** Processes that serve this replica's port. */
export interface WorkerStates {
  readonly answering: number;
  /** Did not tell in time; what they had counted when they last told is in the sums. */
  readonly silent: number;
  /** Ended, and not in place again. */
  readonly missing: number;
}

/** Everything that is counted and measured of a replica. */
export interface Metrics extends RequestObserver {
  /** Requests on their way through this process. */
  inFlight(): number;
  /** Of this process alone. */
  own(): Promise<readonly Family[]>;
  /**
   * From now on others are asked with this process, by whoever knows them.
   * @param gather rejects when it is not known what they have counted
   */
  gatherBy(gather: () => Promise<MetricsReport>): void;
  /** As Prometheus reads it. @throws what `gather` rejects with */
  text(format?: ExpositionFormat): Promise<string>;
  /** In a few numbers. @throws what `gather` rejects with */
  json(): Promise<Summary>;
}

/** Begins to count. To be called once for each process: Node's own metrics are watched from then on. */
export function createMetrics(options: MetricsOptions): Metrics {
  const { upstreams, attempts } = options;
  const requests = createRequestMetrics();
  const ofProcess = createProcessMetrics(options);
  const tellings = [
    requests.families,
    attempts.families,
    () => upstreamFamilies(upstreams.status()),
    ofProcess,
  ];
  const sinceMs = Date.now();
  let gather = alone;

  async function own(): Promise<readonly Family[]> {
    const endOfStep = takeTurns();
    const families: Family[] = [];
    for (const tell of tellings) {
      families.push(...(await tell()));
      await endOfStep();
    }
    return families;
  }

  async function alone(): Promise<MetricsReport> {
    const workers = { answering: 1, silent: 0, missing: 0 };
    return { replica: options.replica.name, families: await own(), sinceMs, workers };
  }

  const inForm = onceForAll(() => gather());
  const inText = (format: ExpositionFormat) =>
    inForm(({ families, workers }) => exposition([...families, workersFamily(workers)], format));
  const texts = { text: inText('text'), openmetrics: inText('openmetrics') };

  return {
    onStart: requests.onStart,
    onDecided: requests.onDecided,
    onAnswer: requests.onAnswer,
    onEnd: requests.onEnd,
    inFlight: requests.inFlight,
    own,
    gatherBy(others) {
      gather = others;
    },
    text: (format = 'text') => texts[format](),
    json: inForm(summaryOf),
  };
}

function workersFamily(workers: WorkerStates): Family {
  return gauge(
    'floodgate_workers',
    "Processes that serve this replica's port; what a silent one has counted is in the sums as it last told it.",
    'sum',
    Object.entries(workers).map(([state, value]) => ({ labels: { state }, value })),
  );
}
