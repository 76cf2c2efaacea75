import { LRUCache } from 'lru-cache';
import type { Check, Ruling, Store } from './store';

interface Denial {
  readonly ruling: Ruling;
  /** When the store was asked, monotonic ms: earlier than its verdict, so the denial never outlives it. */
  readonly askedAt: number;
}

const MAX_DENIALS = 50_000;

/**
 * Remembers that a key is exhausted until a known time and denies it from here until then, so that
 * a flood from a denied client costs the store nothing.
 *
 * Only what cannot have changed is remembered: one limit, a cost of one, nothing remaining. Any
 * cost of one or more is then denied until the first unit comes back.
 */
export function withDenyCache(store: Store): Store {
  const denials = new LRUCache<string, Denial>({ max: MAX_DENIALS });

  function recall(check: Check): Ruling | undefined {
    const denial = denials.get(check.key);
    const verdict = denial?.ruling.verdicts[0];
    if (denial === undefined || verdict === undefined) return undefined;
    const elapsedMs = Math.ceil(performance.now() - denial.askedAt);
    if (elapsedMs >= verdict.retryAfterMs) {
      denials.delete(check.key);
      return undefined;
    }
    return {
      allowed: false,
      verdicts: [
        {
          allowed: false,
          remaining: 0,
          resetMs: verdict.resetMs - elapsedMs,
          retryAfterMs: verdict.retryAfterMs - elapsedMs,
        },
      ],
      nowMs: denial.ruling.nowMs + elapsedMs,
      source: 'deny-cache',
    };
  }

  async function decide(checks: readonly Check[]): Promise<Ruling> {
    const [check] = checks;
    if (check === undefined || checks.length > 1 || check.cost !== 1) return store.decide(checks);
    const recalled = recall(check);
    if (recalled !== undefined) return recalled;
    const askedAt = performance.now();
    const ruling = await store.decide(checks);
    if (!ruling.allowed && ruling.verdicts[0]?.remaining === 0) {
      denials.set(check.key, { ruling, askedAt });
    }
    return ruling;
  }

  return { ...store, decide };
}
