import type { LatencyHistogram } from './latency-histogram';
import type { Latency } from './port';

const PER_MS = 1_000;

/** The percentiles that are shown, to 1 µs. */
export function latencyOf(histogram: LatencyHistogram): Latency {
  return {
    p50: rounded(histogram.percentile(0.5)),
    p95: rounded(histogram.percentile(0.95)),
    p99: rounded(histogram.percentile(0.99)),
  };
}

/** To 1 µs. */
export function rounded(ms: number | null): number | null {
  return ms === null ? null : Math.round(ms * PER_MS) / PER_MS;
}
