import type { ConcurrencyLimit } from '../limit';
import type { Algorithm } from './algorithm';

/** The slots of one request. */
interface Holding {
  readonly lease: string;
  readonly slots: number;
  readonly expiresAtMs: number;
}

/** In the order in which they expire. */
type ConcurrencyState = readonly Holding[];

/**
 * Concurrency: at most `quota` slots are held at once. A slot is free again when its request
 * releases it, or `leaseMs` after it was taken or last renewed: a process that dies keeps none.
 * To take under a lease that holds slots is to renew it: allowed, and costs nothing more.
 * O(n) for n requests in flight.
 */
export const concurrency: Algorithm<ConcurrencyLimit, ConcurrencyState> = {
  name: 'concurrency',
  holdsSlots: true,
  parameters: (limit) => [limit.quota, limit.leaseMs, 0],
  storageKey: (key) => `${key}:slots`,
  windowMs: (limit) => limit.leaseMs,

  take(state = [], limit, cost, nowMs, lease = '') {
    const { quota, leaseMs } = limit;
    const live = state.filter(({ expiresAtMs }) => expiresAtMs > nowMs);
    const held = live.find((holding) => holding.lease === lease);
    const used = live.reduce((sum, { slots }) => sum + slots, 0);
    const allowed = held !== undefined || used + cost <= quota;
    const added = allowed && held === undefined ? cost : 0;
    const next = allowed && cost > 0 ? placed(live, held, lease, cost, nowMs + leaseMs) : live;
    return {
      limit,
      allowed,
      remaining: Math.max(0, quota - used - added),
      resetMs: (next.at(-1)?.expiresAtMs ?? nowMs) - nowMs,
      retryAfterMs: allowed ? 0 : whenFree(live, used + cost - quota) - nowMs,
      state: next,
    };
  },

  release: (state, lease) => state.filter((holding) => holding.lease !== lease),
};

/** With the slots of `lease` in their place; a renewal never brings their end forward. */
function placed(
  live: ConcurrencyState,
  held: Holding | undefined,
  lease: string,
  cost: number,
  untilMs: number,
): ConcurrencyState {
  const others = held === undefined ? live : live.filter((holding) => holding !== held);
  const expiresAtMs = Math.max(untilMs, held?.expiresAtMs ?? 0);
  const place = others.findLastIndex((other) => other.expiresAtMs <= expiresAtMs) + 1;
  return others.toSpliced(place, 0, { lease, slots: held?.slots ?? cost, expiresAtMs });
}

/** When the earliest `slots` have expired. */
function whenFree(live: ConcurrencyState, slots: number): number {
  let freed = 0;
  for (const holding of live) {
    freed += holding.slots;
    if (freed >= slots) return holding.expiresAtMs;
  }
  return 0;
}
