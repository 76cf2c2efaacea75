import { z } from 'zod';
import type { Call } from '../http';
import type { Decision, Limiter } from '../limiter';
import type { Snapshot, Subject } from '../policy';
import { evaluate } from './evaluation';
import { isMeasured, windowSeconds } from './rate-limit-headers';

export const rateStatusSchema = z
  .object({
    identifier: z.string(),
    policy: z.string(),
    algorithm: z.string(),
    limit: z.int(),
    /** Null, like the other three, while the store is failing and nothing is counted. */
    used: z.int().nullable(),
    remaining: z.int().nullable(),
    window_seconds: z.int(),
    reset_at: z.iso.datetime().nullable(),
    reset_in_ms: z.int().nullable(),
    /** Where the store keeps the present count. */
    key: z.string(),
    store: z.enum(['memory', 'redis']),
    enforced: z.boolean(),
    /** The clock that windows follow. */
    server_time: z.iso.datetime(),
  })
  .meta({ id: 'RateStatus' });

export type RateStatus = z.infer<typeof rateStatusSchema>;

interface State {
  readonly limiter: Limiter;
  readonly identifier: string;
  readonly decision: Decision;
}

/**
 * The caller's state at a path, without consuming anything: that of the enforced policy whose limit is
 * nearest to exhaustion.
 * @param route of the path
 * @returns undefined when no enforced policy limits this caller there
 */
export async function rateStatusOf(
  snapshot: Snapshot,
  subject: Subject,
  call: Call,
  route: string,
): Promise<RateStatus | undefined> {
  const asked = snapshot
    .policiesFor(call)
    .filter(({ policy }) => policy.mode === 'enforce')
    .flatMap((policy) => evaluate(policy, subject, call, route).claim ?? [])
    .map(async ({ limiter, identifier }): Promise<State> => {
      return { limiter, identifier, decision: await limiter.peek(identifier) };
    });
  const states = await Promise.all(asked);
  const nearest = states.toSorted((a, b) => shareLeft(a) - shareLeft(b))[0];
  return nearest && describe(nearest);
}

/** How much of its quota is left, 0 to 1; 1 when nobody knows. */
function shareLeft({ decision }: State): number {
  if (!isMeasured(decision)) return 1;
  return decision.allowed ? decision.binding.remaining / decision.binding.limit.quota : 0;
}

function describe({ limiter, identifier, decision }: State): RateStatus {
  const nowMs = isMeasured(decision) ? decision.nowMs : Date.now();
  const limit = isMeasured(decision) ? decision.binding.limit : limiter.policy.limits[0];
  return {
    identifier,
    policy: limiter.policy.name,
    algorithm: limit.algorithm,
    limit: limit.quota,
    ...countsOf(decision),
    window_seconds: windowSeconds(limit),
    key: limiter.keyOf(identifier, nowMs),
    store: limiter.storeKind,
    server_time: new Date(nowMs).toISOString(),
  };
}

function countsOf(decision: Decision) {
  if (!isMeasured(decision)) {
    return { used: null, remaining: null, reset_at: null, reset_in_ms: null, enforced: false };
  }
  const { binding, nowMs } = decision;
  return {
    used: binding.limit.quota - binding.remaining,
    remaining: binding.remaining,
    reset_at: new Date(nowMs + binding.resetMs).toISOString(),
    reset_in_ms: binding.resetMs,
    enforced: true,
  };
}
