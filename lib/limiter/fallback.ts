import { type Decision, measured } from './decision';
import { holdSlots } from './leases';
import type { Limit } from './limit';
import { createMemoryStore } from './memory-store';
import type { RatePolicy } from './rate-policy';
import { type Check, StoreError } from './store';

/** What a refused client is told to wait while nothing can be decided, ms. */
const CLOSED_RETRY_MS = 1_000;

/** Answers a request that the store failed to decide. Throws what is no failure of the store. */
export type Fallback = (checks: readonly Check[], failure: unknown) => Decision;

/** The answer of a policy in its store's place. */
export function createFallback(policy: RatePolicy): Fallback {
  const answer = policy.onStoreFailure === 'local' ? localAnswer(policy) : fixedAnswer(policy);
  return (checks, failure) => {
    if (!(failure instanceof StoreError)) throw failure;
    return answer(checks, failure);
  };
}

function fixedAnswer(policy: RatePolicy) {
  const allowed = policy.onStoreFailure === 'open';
  const retryAfterMs = allowed ? 0 : CLOSED_RETRY_MS;
  return (_checks: readonly Check[], failure: StoreError): Decision => {
    return { allowed, policy, source: 'fallback', retryAfterMs, failure };
  };
}

function localAnswer(policy: RatePolicy) {
  const store = createMemoryStore();
  const shares = new Map(policy.limits.map((limit) => [limit, shareOf(limit, policy.replicas)]));
  return (checks: readonly Check[], failure: StoreError): Decision => {
    const own = checks.map((check) => {
      const limit = shares.get(check.limit) ?? check.limit;
      return { ...check, limit, cost: Math.min(check.cost, limit.quota) };
    });
    const ruling = store.decide(own);
    // The memory store answers at once; only the port allows it to take its time.
    if (ruling instanceof Promise) throw failure;
    const decision = measured(policy, ruling, 'local');
    const holdsSlots =
      ruling.allowed && own.some(({ lease, cost }) => lease !== undefined && cost > 0);
    return holdsSlots ? { ...decision, release: holdSlots(store, own) } : decision;
  };
}

/**
 * One process's part of a limit that `replicas` share, at least one unit. A bucket's refill slows
 * down rather than shrinks, so that no fraction of a token is lost.
 */
function shareOf(limit: Limit, replicas: number): Limit {
  const quota = Math.max(1, Math.floor(limit.quota / replicas));
  switch (limit.algorithm) {
    case 'token-bucket':
    case 'gcra':
      return { ...limit, quota, refillIntervalMs: limit.refillIntervalMs * replicas };
    default:
      return { ...limit, quota };
  }
}
