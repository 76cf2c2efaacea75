import { algorithmOf, type Step } from './algorithms';
import type { Verdict } from './limit';
import type { Check, Ruling, Store } from './store';

interface Entry {
  state: unknown;
  /** When the state equals a fresh one and may be forgotten, on the store's clock. */
  expiresAtMs: number;
  exhausted: boolean;
}

export interface MemoryStoreOptions {
  /** Most keys held at once. */
  readonly maxKeys?: number;
  /** The store's clock, Unix ms; must never step back. */
  readonly now?: () => number;
}

const SWEEP_EVERY_MS = 1_000;
const SWEEP_BUDGET_MS = 2;
/** Oldest entries looked at to make room for one newcomer. */
const EVICTION_SCAN = 8;

/**
 * A store in this process's memory: exact, bounded, for one replica.
 * Full of refused keys it does not forget one of them to please a newcomer: newcomers then share
 * one bucket per limit until room is made.
 */
export function createMemoryStore(options: MemoryStoreOptions = {}): Store {
  const { maxKeys = 200_000, now = monotonicNow } = options;
  const entries = new Map<string, Entry>();
  const startedAtMs = now();
  const sweeper = setInterval(sweep, SWEEP_EVERY_MS);
  sweeper.unref();
  let cursor = entries.entries();

  function sweep(): void {
    const nowMs = now();
    const deadline = performance.now() + SWEEP_BUDGET_MS;
    for (let seen = 0; seen % 256 !== 255 || performance.now() < deadline; seen++) {
      const next = cursor.next();
      if (next.done) {
        cursor = entries.entries();
        return;
      }
      const [key, entry] = next.value;
      if (entry.expiresAtMs <= nowMs) entries.delete(key);
    }
  }

  /** The key under which a newcomer is counted: its own, or the limit's shared one when all room is taken. */
  function admit(check: Check, nowMs: number): string {
    if (entries.size < maxKeys) return check.key;
    let scanned = 0;
    for (const [key, entry] of entries) {
      if (entry.expiresAtMs <= nowMs || !entry.exhausted) {
        entries.delete(key);
        return check.key;
      }
      // Second chance: to the back, so that the next scan meets others.
      entries.delete(key);
      entries.set(key, entry);
      if (++scanned === EVICTION_SCAN) break;
    }
    return `overflow:${check.limit.name}`;
  }

  function step(check: Check, nowMs: number): Step<unknown> {
    const entry = entries.get(check.key);
    const state = entry !== undefined && entry.expiresAtMs > nowMs ? entry.state : undefined;
    return algorithmOf(check.limit).take(state, check.limit, check.cost, nowMs);
  }

  function save(check: Check, taken: Step<unknown>, nowMs: number): void {
    const expiresAtMs = nowMs + taken.resetMs;
    const entry = entries.get(check.key);
    const exhausted = taken.remaining === 0;
    if (entry === undefined) entries.set(check.key, { state: taken.state, expiresAtMs, exhausted });
    else {
      entry.state = taken.state;
      entry.expiresAtMs = expiresAtMs;
      entry.exhausted = exhausted;
    }
  }

  function place(check: Check, nowMs: number): Check {
    if (check.cost === 0 || entries.has(check.key)) return check;
    const key = admit(check, nowMs);
    return key === check.key ? check : { ...check, key };
  }

  function decide(checks: readonly Check[]): Ruling {
    const nowMs = now();
    const placed = checks.map((check) => place(check, nowMs));
    const steps = placed.map((check) => step(check, nowMs));
    const allowed = steps.every((taken) => taken.allowed);
    const verdicts: Verdict[] = placed.map((check, index) => {
      const taken = steps[index] ?? step(check, nowMs);
      if (allowed) {
        if (check.cost > 0) save(check, taken, nowMs);
        return taken;
      }
      return taken.allowed ? step({ ...check, cost: 0 }, nowMs) : taken;
    });
    return { allowed, verdicts, nowMs, source: 'store' };
  }

  return {
    kind: 'memory',
    decide,
    health: async () => ({ kind: 'memory', status: 'ok', latencyMs: 0, sinceMs: startedAtMs }),
    close: async () => clearInterval(sweeper),
  };
}

/** Unix ms that follow the machine's clock at start and never step back with it afterwards. */
function monotonicNow(): number {
  return Math.floor(performance.timeOrigin + performance.now());
}
