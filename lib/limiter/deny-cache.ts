import { LRUCache } from 'lru-cache';
import type { MaybePromise } from './maybe-promise';
import type { Check, Ruling, Store } from './store';

interface Denial {
  /** When the store was asked, monotonic ms: earlier than its verdict, so the denial never outlives it. */
  readonly askedAt: number;
  /** The rest as the store said it then. */
  readonly nowMs: number;
  readonly resetMs: number;
  readonly retryAfterMs: number;
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

  function recall({ key, limit }: Check): Ruling | undefined {
    const denial = denials.get(key);
    if (denial === undefined) return undefined;
    const elapsedMs = Math.ceil(performance.now() - denial.askedAt);
    const retryAfterMs = denial.retryAfterMs - elapsedMs;
    if (retryAfterMs <= 0) {
      denials.delete(key);
      return undefined;
    }
    const resetMs = denial.resetMs - elapsedMs;
    return {
      allowed: false,
      verdicts: [{ limit, allowed: false, remaining: 0, resetMs, retryAfterMs }],
      nowMs: denial.nowMs + elapsedMs,
      source: 'deny-cache',
    };
  }

  function askAndRemember({ key }: Check, checks: readonly Check[]): MaybePromise<Ruling> {
    const askedAt = performance.now();
    const asked = store.decide(checks);
    if (!(asked instanceof Promise)) return remember(key, askedAt, asked);
    return asked.then((ruling) => remember(key, askedAt, ruling));
  }

  function remember(key: string, askedAt: number, ruling: Ruling): Ruling {
    const [verdict] = ruling.verdicts;
    if (!ruling.allowed && verdict?.remaining === 0) {
      const { resetMs, retryAfterMs } = verdict;
      denials.set(key, { askedAt, nowMs: ruling.nowMs, resetMs, retryAfterMs });
    }
    return ruling;
  }

  return {
    ...store,
    decide(checks) {
      const [check] = checks;
      if (check === undefined || checks.length > 1 || check.cost !== 1) return store.decide(checks);
      return recall(check) ?? askAndRemember(check, checks);
    },
  };
}
