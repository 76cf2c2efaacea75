import { z } from 'zod';
import type { ReplicaSighting } from '../../telemetry/fleet';
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

const stateSchema = z.enum(['closed', 'open', 'half-open']);

const breakerStatusSchema = z
  .object({
    state: stateSchema,
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
    /** Its breaker on every live replica: the one that answers first, the others as they told last. */
    replicas: z.array(z.object({ replica: z.string(), state: stateSchema, tripped: z.boolean() })),
  })
  .meta({ id: 'UpstreamStatus' });

/** An upstream as this replica sees it, and its breaker as all do. */
export type UpstreamStatusJson = z.output<typeof upstreamStatusSchema>;

/** @param replicas this one first */
export function upstreamStatusJson(
  status: UpstreamStatus,
  replicas: readonly ReplicaSighting[],
): UpstreamStatusJson {
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
    replicas: replicas.flatMap((sighting) => breakerOn(sighting, status)),
  };
}

function breakerOn(
  { status: { replica, breakers }, state, isSelf }: ReplicaSighting,
  { name, breaker }: UpstreamStatus,
): UpstreamStatusJson['replicas'] {
  if (isSelf) return [{ replica, state: breaker.state, tripped: breaker.isTripped }];
  if (state !== 'live') return [];
  const told = breakers.find(({ upstream }) => upstream === name);
  return [{ replica, state: told?.state ?? 'closed', tripped: told?.tripped ?? false }];
}

function timeOrNull(ms: number | undefined): string | null {
  return ms === undefined ? null : timestamp(ms);
}
