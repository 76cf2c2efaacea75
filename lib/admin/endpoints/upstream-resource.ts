import { z } from 'zod';
import type { UpstreamStatus } from '../../upstream';
import { timestamp } from '../key';

export const TAG = 'Upstreams';

const targetStatusSchema = z
  .object({
    url: z.string(),
    weight: z.int(),
    /** `unknown` without a health check, or before the first. */
    health: z.enum(['healthy', 'unhealthy', 'unknown']),
    /** What the last failed check met; null: none failed. */
    health_fault: z.string().nullable(),
    /** Null: it is not out. */
    ejected_until: z.iso.datetime().nullable(),
    in_flight: z.int(),
    /** Since this replica started. */
    requests: z.int(),
    failures: z.int(),
    /** What its name resolved to last. */
    addresses: z.array(z.string()),
  })
  .meta({ id: 'TargetStatus' });

const breakerStatusSchema = z
  .object({
    state: z.enum(['closed', 'open', 'half-open']),
    /** Whether a person opened it: it stays open until it is reset. */
    tripped: z.boolean(),
    since: z.iso.datetime(),
    /** When it is tried again; null unless it opened by itself. */
    probe_at: z.iso.datetime().nullable(),
    /** Within its window. */
    requests: z.int(),
    failures: z.int(),
    slow: z.int(),
  })
  .meta({ id: 'BreakerStatus' });

export const upstreamStatusSchema = z
  .object({
    name: z.string(),
    breaker: breakerStatusSchema,
    /** Open WebSockets and other upgraded connections. */
    upgraded: z.int(),
    /** Since this replica started. */
    retries: z.int(),
    targets: z.array(targetStatusSchema),
  })
  .meta({ id: 'UpstreamStatus' });

/** An upstream as this replica sees it. */
export type UpstreamStatusJson = z.output<typeof upstreamStatusSchema>;

export function upstreamStatusJson(status: UpstreamStatus): UpstreamStatusJson {
  const { name, breaker, upgraded, retries, targets } = status;
  return {
    name,
    breaker: {
      state: breaker.state,
      tripped: breaker.isTripped,
      since: timestamp(breaker.sinceMs),
      probe_at: timeOrNull(breaker.probeAtMs),
      requests: breaker.requests,
      failures: breaker.failures,
      slow: breaker.slow,
    },
    upgraded,
    retries,
    targets: targets.map((target) => ({
      url: target.url,
      weight: target.weight,
      health: target.health,
      health_fault: target.healthFault ?? null,
      ejected_until: timeOrNull(target.ejectedUntilMs),
      in_flight: target.inFlight,
      requests: target.requests,
      failures: target.failures,
      addresses: [...target.addresses],
    })),
  };
}

function timeOrNull(ms: number | undefined): string | null {
  return ms === undefined ? null : timestamp(ms);
}
