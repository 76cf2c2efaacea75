import { LRUCache } from 'lru-cache';
import { algorithmOf } from './algorithms';
import type { Limit } from './limit';
import type { MaybePromise } from './maybe-promise';
import type { Check, Ruling, Store } from './store';

interface Denial {
  /** The numbers it was denied by; under others it says nothing. */
  readonly limit: Limit;
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
 * Only what cannot have changed is remembered: one limit that frees nothing before its time, a cost
 * of one, nothing remaining. A reset, here or on another replica, ends it at once.
 */
export function withDenyCache(store: Store): Store {
  const denials = new LRUCache<string, Denial>({ max: MAX_DENIALS });
  let resets = 0;

  store.onReset((key) => {
    resets += 1;
    if (key === undefined) denials.clear();
    else denials.delete(key);
  });

  function recall({ key, limit }: Check): Ruling | undefined {
    const denial = denials.get(key);
    if (denial === undefined) return undefined;
    const elapsedMs = Math.ceil(performance.now() - denial.askedAt);
    const retryAfterMs = denial.retryAfterMs - elapsedMs;
    if (retryAfterMs <= 0 || denial.limit !== limit) {
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

  function askAndRemember(check: Check, checks: readonly Check[]): MaybePromise<Ruling> {
    const askedAt = performance.now();
    const known = resets;
    const asked = store.decide(checks);
    if (!(asked instanceof Promise)) return remember(check, askedAt, known, asked);
    return asked.then((ruling) => remember(check, askedAt, known, ruling));
  }

  function remember(
    { key, limit }: Check,
    askedAt: number,
    knownResets: number,
    ruling: Ruling,
  ): Ruling {
    const [verdict] = ruling.verdicts;
    // What was decided before a reset is not to be remembered after it.
    if (!ruling.allowed && verdict?.remaining === 0 && knownResets === resets) {
      const { resetMs, retryAfterMs } = verdict;
      denials.set(key, { limit, askedAt, nowMs: ruling.nowMs, resetMs, retryAfterMs });
    }
    return ruling;
  }

  return {
    ...store,
    decide(checks) {
      const [check] = checks;
      if (check === undefined || checks.length > 1 || check.cost !== 1) return store.decide(checks);
      if (algorithmOf(check.limit).holdsSlots) return store.decide(checks);
      return recall(check) ?? askAndRemember(check, checks);
    },
  };
}
