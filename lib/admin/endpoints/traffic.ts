import { z } from 'zod';
import { badInput, type Endpoint, jsonAnswer } from '../../gateway';
import { json } from '../../http';
import {
  callerKinds,
  type TrafficHistory,
  type TrafficReport,
  type TrafficShare,
} from '../../telemetry/traffic';
import type { AdminAccess } from '../access';
import { ADMIN_PATH, readOperation } from '../operation';
import { queryValue } from '../parameter';
import { badInput as refuseInput } from '../refused';
import { spanBetween, spanOfRange, type TrafficSpan, trafficRanges } from '../traffic-span';

const count = z.int().min(0);
const latency = z.number().min(0).nullable();

const shareSchema = z.object({
  name: z.string(),
  allowed: count,
  denied: count,
  errors: count,
  p95_ms: latency,
});

export const trafficSchema = z
  .object({
    server_time: z.iso.datetime(),
    /** Unix seconds. */
    from: z.int(),
    /** Unix seconds, not included. The last step ends here, even where it is not whole yet. */
    to: z.int(),
    step_seconds: z.int().min(1),
    /** One entry for each step. */
    series: z.object({
      allowed: z.array(count),
      denied: z.array(count),
      errors: z.array(count),
      p50_ms: z.array(latency),
      p95_ms: z.array(latency),
      p99_ms: z.array(latency),
    }),
    totals: z.object({
      allowed: count,
      denied: count,
      errors: count,
      latency_ms: z.object({
        p50: latency,
        p95: latency,
        p99: latency,
        mean: latency,
        max: latency,
      }),
    }),
    /** Most requests first. */
    routes: z.array(shareSchema),
    policies: z.array(shareSchema),
    replicas: z.array(shareSchema),
    /** Who was refused most, of all requests of the time, whatever the filter. */
    blocked: z.object({
      total: count,
      /** No count is off by more. */
      error_bound: count,
      clients: z.array(
        z.object({ kind: z.enum(callerKinds), value: z.string(), count, error: count }),
      ),
    }),
  })
  .meta({ id: 'Traffic' });

export type TrafficJson = z.output<typeof trafficSchema>;

export interface TrafficSource {
  readonly history: Pick<TrafficHistory, 'query'>;
  /** The clock that it goes by: Unix ms. */
  readonly now: () => number;
}

const NAME_RULE = 'use a name of 1 to 256 characters';
const RANGE_RULE = `use one of ${trafficRanges.join(', ')}`;
const nameSchema = z.string().min(1, NAME_RULE).max(256, NAME_RULE);
const rangeSchema = z.enum(trafficRanges, { error: RANGE_RULE });
const momentSchema = z
  .string()
  .regex(/^\d{1,11}$/, 'use Unix seconds')
  .transform(Number);

/** `/traffic`: what came in a time, as series, totals and shares that agree with each other. */
export function trafficEndpoint(access: AdminAccess, { history, now }: TrafficSource): Endpoint {
  return {
    path: `${ADMIN_PATH}/traffic`,
    isPrivate: true,
    methods: {
      GET: readOperation(
        access,
        {
          id: 'getTraffic',
          summary: 'Tell the traffic of a time, of all replicas',
          description:
            'By `range`, which ends with the last whole second, or between `from` and `to`. The last step may not be whole yet: it ends at `to`.',
          tag: 'Traffic',
          query: [
            {
              name: 'range',
              description: 'The time up to now.',
              schema: z.enum(trafficRanges).default('5m'),
            },
            { name: 'from', description: 'Unix seconds; with `to`.', schema: z.int().min(0) },
            { name: 'to', description: 'Unix seconds, not included.', schema: z.int().min(0) },
            { name: 'route', description: 'Only of this route.', schema: nameSchema },
            { name: 'policy', description: 'Only of this policy.', schema: nameSchema },
            { name: 'replica', description: 'Only of this replica.', schema: nameSchema },
          ],
          answers: { 200: jsonAnswer('What came.', trafficSchema), 400: badInput },
        },
        async ({ call }) => {
          const nowMs = now();
          const range = queryValue(call, 'range', rangeSchema);
          const from = queryValue(call, 'from', momentSchema);
          const to = queryValue(call, 'to', momentSchema);
          const span = spanOf(range, from, to, Math.floor(nowMs / 1_000));
          const { step } = span;
          const report = await history.query({
            from: span.from,
            to: Math.ceil(span.to / step) * step,
            step,
            filter: {
              route: queryValue(call, 'route', nameSchema),
              policy: queryValue(call, 'policy', nameSchema),
              replica: queryValue(call, 'replica', nameSchema),
            },
          });
          return json(200, trafficJson(report, span, nowMs));
        },
      ),
    },
  };
}

function spanOf(
  range: (typeof trafficRanges)[number] | undefined,
  from: number | undefined,
  to: number | undefined,
  nowSeconds: number,
): TrafficSpan {
  if (from === undefined && to === undefined) return spanOfRange(range ?? '5m', nowSeconds);
  if (range !== undefined || from === undefined || to === undefined) {
    throw refuseInput([{ path: 'query', message: 'use range, or both from and to' }]);
  }
  return spanBetween(from, to, nowSeconds);
}

function trafficJson(report: TrafficReport, span: TrafficSpan, nowMs: number): TrafficJson {
  const { series, totals, blocked } = report;
  const { mean, max } = totals.latency;
  return {
    server_time: new Date(nowMs).toISOString(),
    from: span.from,
    to: span.to,
    step_seconds: span.step,
    series: {
      allowed: [...series.allowed],
      denied: [...series.denied],
      errors: [...series.errors],
      p50_ms: series.p50.map(rounded),
      p95_ms: series.p95.map(rounded),
      p99_ms: series.p99.map(rounded),
    },
    totals: {
      allowed: totals.allowed,
      denied: totals.denied,
      errors: totals.errors,
      latency_ms: {
        p50: rounded(totals.latency.p50),
        p95: rounded(totals.latency.p95),
        p99: rounded(totals.latency.p99),
        mean: rounded(mean),
        max: rounded(max),
      },
    },
    routes: report.routes.map(shareJson),
    policies: report.policies.map(shareJson),
    replicas: report.replicas.map(shareJson),
    blocked: { ...blocked, clients: [...blocked.clients] },
  };
}

function shareJson({ p95, ...share }: TrafficShare): TrafficJson['routes'][number] {
  return { ...share, p95_ms: rounded(p95) };
}

/** To microseconds: nobody reads more, and thousands of them are sent. */
function rounded(ms: number | null): number | null {
  return ms === null ? null : Math.round(ms * 1_000) / 1_000;
}
