/**
 * Metrics: what one replica counts and measures, for Prometheus and in a few numbers as JSON.
 *
 * Guarantees: counters never go down while the process lives, and not while a replica's workers come
 * and go; labels come from the configuration alone, and a metric has at most 1,000 series; on the way
 * of a request nothing is made or written, it is only counted.
 * What scrapes work on takes about a tenth of a process's time at most, however many there are and in
 * whichever form, in turns of a few milliseconds; what they are given is 5 s old at most, and 10 s
 * where workers are asked by their supervisor.
 * Never: knows who asked for what, or makes a request wait.
 */
export { type AttemptMetrics, createAttemptMetrics } from './attempt-metrics';
export { metricsEndpoint } from './endpoint';
export type { ExpositionFormat } from './exposition';
export { type Family, familySchema } from './family';
export { addEnded, cumulative, mergeFamilies } from './merge';
export {
  createMetrics,
  type Metrics,
  type MetricsOptions,
  type MetricsReport,
  type WorkerStates,
} from './metrics';
export { onceForAll } from './once-for-all';
export { type Summary, summarySchema } from './summary';
