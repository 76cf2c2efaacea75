import { z } from 'zod';
import type { Family, Sample } from './family';
import type { MetricsReport } from './metrics';

export const summarySchema = z
  .object({
    total_requests: z.int(),
    /** Let in, and answered below 500. */
    successful_requests: z.int(),
    /** Refused, by a limit, a list or for their credentials. */
    blocked_requests: z.int(),
    /** To the head of the answer; 0 before the first. */
    average_response_time_seconds: z.number(),
    /** Successful of total; 0 before the first. */
    success_rate_percent: z.number(),
    replica: z.string(),
    /** Since when it counts. */
    since: z.iso.datetime(),
  })
  .meta({ id: 'Metrics' });

export type Summary = z.infer<typeof summarySchema>;

/** The few numbers that people ask for first, from the same counts as all others. */
export function summaryOf({ replica, families, sinceMs }: MetricsReport): Summary {
  const requests = samplesOf(families, 'floodgate_requests_total');
  const total = sumOf(requests);
  const successful = sumOf(requests.filter(({ labels }) => labels.verdict === 'allowed'));
  const times = samplesOf(families, 'floodgate_request_duration_seconds');
  const seconds = sumOf(times.filter(isNamed('floodgate_request_duration_seconds_sum')));
  const timed = sumOf(times.filter(isNamed('floodgate_request_duration_seconds_count')));
  return {
    total_requests: total,
    successful_requests: successful,
    blocked_requests: sumOf(requests.filter(({ labels }) => labels.verdict === 'denied')),
    average_response_time_seconds: timed === 0 ? 0 : rounded(seconds / timed, 1_000_000),
    success_rate_percent: total === 0 ? 0 : rounded((successful / total) * 100, 100),
    replica,
    since: new Date(sinceMs).toISOString(),
  };
}

function samplesOf(families: readonly Family[], name: string): readonly Sample[] {
  return families.find((family) => family.name === name)?.values ?? [];
}

function isNamed(name: string): (sample: Sample) => boolean {
  return ({ metricName }) => metricName === name;
}

function sumOf(samples: readonly Sample[]): number {
  return samples.reduce((sum, { value }) => sum + value, 0);
}

function rounded(value: number, parts: number): number {
  return Math.round(value * parts) / parts;
}
