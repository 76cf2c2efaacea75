import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import { type Family, gauge } from './family';

/** How long one window is, ms. */
const WINDOW_MS = 10_000;
/** Between the timers whose lateness is measured, ms. */
const RESOLUTION_MS = 10;
const NS_PER_MS = 1_000_000;
const MS_PER_SECOND = 1_000;
/** `quantile` is a label of summaries alone. */
const STATISTICS = [
  { statistic: 'p50', percentile: 50 },
  { statistic: 'p90', percentile: 90 },
  { statistic: 'p99', percentile: 99 },
  { statistic: 'max', percentile: 100 },
] as const;

/**
 * How late the event loop is, over windows of 10 s: the worse of the last one and the one under way.
 * Whoever reads it, however often, takes nothing from the others: prom-client's own begins anew
 * each time that it is read.
 */
export function createLoopDelay(): () => Family {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  let last = STATISTICS.map(() => 0);
  setInterval(() => {
    last = secondsOf(delay);
    delay.reset();
  }, WINDOW_MS).unref();

  return () => {
    const current = secondsOf(delay);
    return gauge(
      'floodgate_event_loop_delay_seconds',
      'How late timers are, in the worse of the last 10 s and those before.',
      'max',
      STATISTICS.map(({ statistic }, index) => ({
        labels: { statistic },
        value: Math.max(current[index] ?? 0, last[index] ?? 0),
      })),
    );
  };
}

function secondsOf(delay: IntervalHistogram): number[] {
  return STATISTICS.map(({ percentile }) => {
    if (delay.count === 0) return 0;
    // It tells how long the timers took, of which the resolution is as it should be.
    const lateMs = delay.percentile(percentile) / NS_PER_MS - RESOLUTION_MS;
    return Math.max(0, lateMs) / MS_PER_SECOND;
  });
}
