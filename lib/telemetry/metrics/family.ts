import { z } from 'zod';

/** How values of the same labels become one where several processes tell them. */
export const aggregators = ['sum', 'first', 'min', 'max', 'average'] as const;

const labelsSchema = z.record(z.string(), z.union([z.string(), z.number()]));

/** A metric with all its series, as prom-client writes them down and merges them. */
export const familySchema = z.object({
  name: z.string(),
  help: z.string(),
  type: z.enum(['counter', 'gauge', 'histogram']),
  aggregator: z.enum(aggregators),
  values: z.array(
    z.object({
      value: z.number(),
      labels: labelsSchema,
      /** Where it is not the family's: `…_bucket`, `…_sum`, `…_count`. */
      metricName: z.string().optional(),
    }),
  ),
});

export type Family = z.infer<typeof familySchema>;
export type Sample = Family['values'][number];
export type Labels = Sample['labels'];

/** Series of one metric; what would be more is told together, or not at all where it has no sum. */
export const MOST_SERIES = 1_000;

/** Only goes up while its process lives. */
export function counter(name: string, help: string, values: Sample[]): Family {
  return { name, help, type: 'counter', aggregator: 'sum', values };
}

/** @param aggregator what several workers' values are together */
export function gauge(
  name: string,
  help: string,
  aggregator: Family['aggregator'],
  values: Sample[],
): Family {
  return { name, help, type: 'gauge', aggregator, values: values.slice(0, MOST_SERIES) };
}

/** One value without labels. */
export function single(value: number): Sample[] {
  return [{ value, labels: {} }];
}
