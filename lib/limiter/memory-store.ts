import { algorithmOf, type Step } from './algorithms';
import type { AlgorithmName, Limit, Verdict } from './limit';
import type { Check, ResetListener, Ruling, Store, Target } from './store';

interface Entry {
  algorithm: AlgorithmName;
  state: unknown;
  /** When the state equals a fresh one and may be forgotten, on the store's clock. */
  expiresAtMs: number;
  isExhausted: boolean;
  /** Asked for again since eviction last passed by. */
  isReused: boolean;
}

export interface MemoryStoreOptions {
  /** Most keys held at once. */
  readonly maxKeys?: number;
  /** The store's clock, Unix ms; must never step back. */
  readonly now?: () => number;
}

const SWEEP_EVERY_MS = 1_000;
const SWEEP_BUDGET_MS = 2;
/** Entries looked at to make room for one newcomer. */
const EVICTION_SCAN = 8;

/**
 * A store in this process's memory: exact, bounded, for one replica.
 * When it is full, newcomers take the place of keys that were asked for once and not again (the CLOCK
 * algorithm, Corbató 1968): a flood of invented clients pushes out itself. A refused key is never
 * forgotten to please a newcomer; where nothing else is found, newcomers share one bucket per limit.
 */
export function createMemoryStore(options: MemoryStoreOptions = {}): Store {
  const { maxKeys = 200_000, now = monotonicNow } = options;
  const entries = new Map<string, Entry>();
  /** Ends of blocks by key, on the store's clock. */
  const blocks = new Map<string, number>();
  const listeners: ResetListener[] = [];
  const startedAtMs = now();
  const sweeper = setInterval(sweep, SWEEP_EVERY_MS);
  sweeper.unref();
  /**
   * Goes round for sweeping and eviction alike, on from where it stopped. One for both, because an
   * iterator that stands still keeps every table alive that the map has outgrown since.
   */
  let hand = entries.entries();

  function sweep(): void {
    const nowMs = now();
    for (const [key, endsAtMs] of blocks) if (endsAtMs <= nowMs) blocks.delete(key);
    const deadline = performance.now() + SWEEP_BUDGET_MS;
    for (let seen = 0; seen % 256 !== 255 || performance.now() < deadline; seen++) {
      const next = hand.next();
      if (next.done) {
        hand = entries.entries();
        return;
      }
      const [key, entry] = next.value;
      if (entry.expiresAtMs <= nowMs) entries.delete(key);
    }
  }

  /** The key under which a newcomer is counted: its own, or the limit's shared one when all room is taken. */
  function admit(check: Check, nowMs: number): string {
    for (let scanned = 0; scanned < EVICTION_SCAN; scanned++) {
      let next = hand.next();
      if (next.done) {
        hand = entries.entries();
        next = hand.next();
      }
      if (next.done) break;
      const [key, entry] = next.value;
      if (entry.expiresAtMs <= nowMs || !(entry.isExhausted || entry.isReused)) {
        entries.delete(key);
        return check.key;
      }
      entry.isReused = false;
    }
    return overflowKey(check.limit);
  }

  function place(check: Check, nowMs: number): Check {
    if (entries.size < maxKeys || check.cost === 0 || entries.has(check.key)) return check;
    const key = admit(check, nowMs);
    return key === check.key ? check : { ...check, key };
  }

  function step({ key, limit, cost, lease }: Check, nowMs: number): Step<unknown> {
    const entry = entries.get(key);
    const isOurs =
      entry !== undefined && entry.expiresAtMs > nowMs && entry.algorithm === limit.algorithm;
    const state = isOurs ? entry.state : undefined;
    const taken = algorithmOf(limit).take(state, limit, cost, nowMs, lease);
    // Under numbers that look further back a state matters for longer than when it was saved.
    if (isOurs && (cost === 0 || !taken.allowed)) {
      entry.expiresAtMs = Math.max(entry.expiresAtMs, nowMs + taken.resetMs);
    }
    return taken;
  }

  function save(key: string, taken: Step<unknown>, nowMs: number): void {
    const { algorithm } = taken.limit;
    const expiresAtMs = nowMs + taken.resetMs;
    const isExhausted = taken.remaining === 0;
    const entry = entries.get(key);
    if (entry === undefined) {
      entries.set(key, {
        algorithm,
        state: taken.state,
        expiresAtMs,
        isExhausted,
        isReused: false,
      });
    } else {
      entry.algorithm = algorithm;
      entry.state = taken.state;
      entry.expiresAtMs = expiresAtMs;
      entry.isExhausted = isExhausted;
      entry.isReused = true;
    }
  }

  /** How long decisions under a key are still blocked, ms. */
  function blockedMs(key: string, nowMs: number): number {
    if (blocks.size === 0) return 0;
    return Math.max(0, (blocks.get(key) ?? 0) - nowMs);
  }

  function decideOne(check: Check, nowMs: number): Ruling {
    const placed = place(check, nowMs);
    const taken = step(placed, nowMs);
    const blockMs = blockedMs(check.key, nowMs);
    if (blockMs > 0) {
      const asked = taken.allowed ? step({ ...placed, cost: 0 }, nowMs) : taken;
      return { allowed: false, verdicts: [blocked(asked, blockMs)], nowMs, source: 'store' };
    }
    if (taken.allowed && check.cost > 0) save(placed.key, taken, nowMs);
    return { allowed: taken.allowed, verdicts: [taken], nowMs, source: 'store' };
  }

  function decideAll(checks: readonly Check[], nowMs: number): Ruling {
    const placed = checks.map((check) => place(check, nowMs));
    const steps = placed.map((check) => step(check, nowMs));
    const blockMs = checks.map(({ key }) => blockedMs(key, nowMs));
    const allowed = blockMs.every((ms) => ms === 0) && steps.every((taken) => taken.allowed);
    const verdicts: Verdict[] = placed.map((check, index) => {
      const taken = steps[index] ?? step(check, nowMs);
      if (allowed) {
        if (check.cost > 0) save(check.key, taken, nowMs);
        return taken;
      }
      // Nothing was consumed: the limits that would have allowed it answer as if only asked.
      const asked = taken.allowed ? step({ ...check, cost: 0 }, nowMs) : taken;
      const ms = blockMs[index] ?? 0;
      return ms > 0 ? blocked(asked, ms) : asked;
    });
    return { allowed, verdicts, nowMs, source: 'store' };
  }

  function tell(key: string): void {
    for (const listener of listeners) listener(key);
  }

  return {
    kind: 'memory',
    decide(checks) {
      const nowMs = now();
      const [first] = checks;
      return first !== undefined && checks.length === 1
        ? decideOne(first, nowMs)
        : decideAll(checks, nowMs);
    },
    canDecideTogether: () => true,
    release({ key, limit }, lease) {
      const { release, name } = algorithmOf(limit);
      for (const place of [key, overflowKey(limit)]) {
        const entry = entries.get(place);
        if (entry?.algorithm !== name || release === undefined) continue;
        entry.state = release(entry.state, lease);
        entry.isExhausted = false;
      }
    },
    reset(targets: readonly Target[]) {
      for (const { key } of targets) {
        entries.delete(key);
        blocks.delete(key);
        tell(key);
      }
    },
    block(key, ms) {
      blocks.delete(key);
      const [oldest] = blocks.keys();
      if (blocks.size >= maxKeys && oldest !== undefined) blocks.delete(oldest);
      blocks.set(key, now() + ms);
      tell(key);
    },
    onReset: (listener) => void listeners.push(listener),
    health: async () => ({
      kind: 'memory',
      status: 'ok',
      latencyMs: 0,
      sinceMs: startedAtMs,
      failures: {},
    }),
    close: async () => clearInterval(sweeper),
  };
}

/** Where newcomers are counted together when there is no room for one more. */
function overflowKey({ name }: Limit): string {
  return `overflow:${name}`;
}

/** What a blocked key is told, whatever its quota; its own limit may make it wait longer still. */
function blocked(taken: Verdict, blockMs: number): Verdict {
  return {
    limit: taken.limit,
    allowed: false,
    remaining: 0,
    resetMs: Math.max(blockMs, taken.resetMs),
    retryAfterMs: Math.max(blockMs, taken.retryAfterMs),
  };
}

/** A getter that costs as much as reading the clock. */
const TIME_ORIGIN = performance.timeOrigin;

/** Unix ms that follow the machine's clock at start and never step back with it afterwards. */
function monotonicNow(): number {
  return Math.floor(TIME_ORIGIN + performance.now());
}
