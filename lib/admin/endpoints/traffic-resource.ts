import { z } from 'zod';
import { callerKinds, type TrafficReport, type TrafficShare } from '../../telemetry/traffic';
import type { TrafficSpan } from '../traffic-span';

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

/** @param nowMs Unix ms */
export function trafficJson(report: TrafficReport, span: TrafficSpan, nowMs: number): TrafficJson {
  const { series, totals, blocked } = report;
  return {
    server_time: new Date(nowMs).toISOString(),
    from: span.from,
    to: span.to,
    step_seconds: span.step,
    series: {
      allowed: [...series.allowed],
      denied: [...series.denied],
      errors: [...series.errors],
      p50_ms: [...series.p50],
      p95_ms: [...series.p95],
      p99_ms: [...series.p99],
    },
    totals: {
      allowed: totals.allowed,
      denied: totals.denied,
      errors: totals.errors,
      latency_ms: totals.latency,
    },
    routes: report.routes.map(shareJson),
    policies: report.policies.map(shareJson),
    replicas: report.replicas.map(shareJson),
    blocked: { ...blocked, clients: [...blocked.clients] },
  };
}

function shareJson({ p95, ...share }: TrafficShare): TrafficJson['routes'][number] {
  return { ...share, p95_ms: p95 };
}
