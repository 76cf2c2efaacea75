import type { SlidingWindowLogLimit } from '../limit';
import type { Algorithm } from './algorithm';

/**
 * When units came, oldest first: one record per millisecond that had any, with the sum of all units
 * up to it. Only ever appended to, so that states share it: each reads no more than its own part.
 */
interface Records {
  readonly times: number[];
  readonly totals: number[];
}

interface SlidingWindowLogState {
  readonly records: Records;
  /** How many of the records are this state's. */
  readonly size: number;
  /** The newest record, kept apart because it grows while its millisecond lasts. */
  readonly atMs: number;
  readonly total: number;
}

/**
 * Sliding-window log: remembers when each unit came and counts those of the last `windowMs`. Exact
 * for every window of that length. Denied requests are not logged. O(log n) for n records.
 *
 * The first record counts nothing: what came after the newest record outside the window, the base,
 * is the difference between the totals.
 */
export const slidingWindowLog: Algorithm<SlidingWindowLogLimit, SlidingWindowLogState> = {
  name: 'sliding-window-log',
  holdsSlots: false,
  parameters: (limit) => [limit.quota, limit.windowMs, 0],
  storageKey: (key) => `${key}:log`,
  windowMs: (limit) => limit.windowMs,

  take(state = emptyLog(), limit, cost, nowMs) {
    const { quota, windowMs } = limit;
    const atMs = Math.max(nowMs, state.atMs);
    const base = baseOf(state, atMs - windowMs);
    const baseTotal = totalOf(state, base);
    const used = state.total - baseTotal;
    const allowed = used + cost <= quota;
    const next = allowed && cost > 0 ? logged(state, base, atMs, cost) : state;
    const usedNow = allowed ? used + cost : used;
    return {
      limit,
      allowed,
      remaining: Math.max(0, quota - usedNow),
      resetMs: usedNow === 0 ? 0 : next.atMs + windowMs - nowMs,
      retryAfterMs: allowed
        ? 0
        : whenReached(state, base, baseTotal + used + cost - quota) + windowMs - nowMs,
      state: next,
    };
  },
};

const emptyLog = (): SlidingWindowLogState => ({
  records: { times: [], totals: [] },
  size: 0,
  atMs: -1,
  total: 0,
});

const timeOf = ({ records, size, atMs }: SlidingWindowLogState, index: number): number =>
  index < size ? (records.times[index] ?? atMs) : atMs;

const totalOf = ({ records, size, total }: SlidingWindowLogState, index: number): number =>
  index < size ? (records.totals[index] ?? total) : total;

/** The newest record that came at `sinceMs` or before. */
function baseOf(state: SlidingWindowLogState, sinceMs: number): number {
  let low = 0;
  let high = state.size;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (timeOf(state, middle) <= sinceMs) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** When the units had summed up to `total`. */
function whenReached(state: SlidingWindowLogState, base: number, total: number): number {
  let low = base + 1;
  let high = state.size;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (totalOf(state, middle) >= total) high = middle;
    else low = middle + 1;
  }
  return timeOf(state, low);
}

function logged(
  state: SlidingWindowLogState,
  base: number,
  atMs: number,
  cost: number,
): SlidingWindowLogState {
  const total = state.total + cost;
  if (atMs === state.atMs) return { records: state.records, size: state.size, atMs, total };
  const { times, totals } = shared(state, base);
  const size = times.push(state.atMs);
  totals.push(state.total);
  return { records: { times, totals }, size, atMs, total };
}

/** The records of `state`, ready to be appended to. */
function shared({ records, size }: SlidingWindowLogState, base: number): Records {
  const keptRecords = size + 1 - base;
  const first = base >= keptRecords ? base : 0;
  // Copies what is kept when that is no more than what is dropped, and where another state went on.
  if (first === 0 && records.times.length === size) return records;
  return { times: records.times.slice(first, size), totals: records.totals.slice(first, size) };
}
