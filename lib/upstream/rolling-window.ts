/** Counts of what happened of late, each kind apart. */
export interface RollingWindow {
  /** @param count how many at once; one when left out */
  add(kind: number, nowMs: number, count?: number): void;
  /** How many of the kind there were within the window. */
  count(kind: number, nowMs: number): number;
}

const BUCKETS = 10;

/**
 * A window in a ring of buckets: constant time and memory, no timers. What is older than the window is
 * never counted, what is younger than nine tenths of it always is.
 * @param kinds how many kinds there are; they are numbered from 0
 */
export function createRollingWindow(windowMs: number, kinds: number): RollingWindow {
  const bucketMs = windowMs / BUCKETS;
  const buckets = new Float64Array(BUCKETS * kinds);
  const totals = new Float64Array(kinds);
  let current = 0;

  function advance(nowMs: number): void {
    const bucket = Math.floor(nowMs / bucketMs);
    if (bucket <= current) return;
    for (let gone = Math.min(BUCKETS, bucket - current); gone > 0; gone--) {
      empty((bucket - gone + 1) % BUCKETS);
    }
    current = bucket;
  }

  function empty(bucket: number): void {
    for (let kind = 0; kind < kinds; kind++) {
      const at = bucket * kinds + kind;
      totals[kind] = (totals[kind] ?? 0) - (buckets[at] ?? 0);
      buckets[at] = 0;
    }
  }

  return {
    add(kind, nowMs, count = 1) {
      advance(nowMs);
      const at = (current % BUCKETS) * kinds + kind;
      buckets[at] = (buckets[at] ?? 0) + count;
      totals[kind] = (totals[kind] ?? 0) + count;
    },
    count(kind, nowMs) {
      advance(nowMs);
      return totals[kind] ?? 0;
    },
  };
}
