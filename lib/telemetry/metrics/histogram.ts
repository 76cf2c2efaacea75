import { OTHER } from '../traffic';
import { type Family, type Labels, MOST_SERIES, type Sample } from './family';

/** Upper bounds of buckets for whole requests, seconds. */
export const REQUEST_BOUNDS = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
] as const;
/** For decisions, which a memory store makes in microseconds, seconds. */
export const DECISION_BOUNDS = [
  0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25,
] as const;

/** Beyond its bounds a histogram has the bucket `+Inf`, a sum and a count. */
const SERIES_BEYOND_BOUNDS = 3;

/** Durations, by a name. Never forgets one, and has a bounded number of them. */
export interface Histograms {
  /** @param ms a duration that is not negative */
  observe(name: string, ms: number): void;
  family(metric: string, help: string): Family;
}

interface Buckets {
  readonly labels: Labels;
  /** Not cumulative; the last one has no bound. */
  readonly counts: Float64Array;
  sumSeconds: number;
}

/**
 * Histograms for the way of requests: a look-up and a search of few bounds.
 * @param labelsOf labels of a name; names beyond those that a metric has room for count as `other`
 * @param bounds seconds, ascending
 */
export function createHistograms(
  bounds: readonly number[],
  labelsOf: (name: string) => Labels,
): Histograms {
  const most = Math.floor(MOST_SERIES / (bounds.length + SERIES_BEYOND_BOUNDS)) - 1;
  const names = new Map<string, Buckets>();
  const boundsMs = Float64Array.from(bounds, (bound) => bound * 1_000);

  function bucketsFor(name: string): Buckets {
    const isOther = names.size >= most;
    const known = isOther ? names.get(OTHER) : undefined;
    if (known !== undefined) return known;
    const shown = isOther ? OTHER : name;
    const counts = new Float64Array(bounds.length + 1);
    const made = { labels: labelsOf(shown), counts, sumSeconds: 0 };
    names.set(shown, made);
    return made;
  }

  function samplesOf({ labels, counts, sumSeconds }: Buckets, metric: string): Sample[] {
    let count = 0;
    const buckets = Array.from(counts, (inBucket, index): Sample => {
      count += inBucket;
      const le = bounds[index] ?? '+Inf';
      return { metricName: `${metric}_bucket`, labels: { ...labels, le }, value: count };
    });
    return [
      ...buckets,
      { metricName: `${metric}_sum`, labels, value: sumSeconds },
      { metricName: `${metric}_count`, labels, value: count },
    ];
  }

  return {
    observe(name, ms) {
      const buckets = names.get(name) ?? bucketsFor(name);
      let index = 0;
      while (ms > (boundsMs[index] ?? Number.POSITIVE_INFINITY)) index += 1;
      buckets.counts[index] = (buckets.counts[index] ?? 0) + 1;
      buckets.sumSeconds += ms / 1_000;
    },
    family: (metric, help) => ({
      name: metric,
      help,
      type: 'histogram',
      aggregator: 'sum',
      values: [...names.values()].flatMap((buckets) => samplesOf(buckets, metric)),
    }),
  };
}
