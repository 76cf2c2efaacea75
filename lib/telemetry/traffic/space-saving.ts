import { bounded } from '../../http';
import type { BlockedClient, TrafficIdentity } from './port';

/** The clients counted in a sketch that were refused most often. */
export interface MostBlocked {
  readonly clients: readonly BlockedClient[];
  /** A client that is not listed came at most so often. */
  readonly floor: number;
}

const NOTHING = -1;

/**
 * Counts who comes most often with a fixed number of counters, whoever comes: Space-Saving, in its
 * Stream-Summary form (Metwally, Agrawal, El Abbadi: "Efficient Computation of Frequent and Top-k
 * Elements in Data Streams", 2005). A newcomer takes over the counter of who came least, and its
 * count, which is then its error.
 *
 * After n hits on m counters: a count is never below the true one and above it by at most its error,
 * which is at most n/m; whoever came more than n/m times has a counter. A hit is O(1): counters of
 * equal counts hang together in a bucket, buckets in a list by count.
 */
export class SpaceSaving {
  total = 0;
  private size = 0;
  private lowest = NOTHING;
  private highest = NOTHING;
  private readonly counters: Readonly<Record<TrafficIdentity['kind'], Map<string, number>>> = {
    key: new Map(),
    user: new Map(),
    ip: new Map(),
  };
  private readonly owners: TrafficIdentity[] = [];
  private readonly errors: Float64Array;
  private readonly bucketOf: Int32Array;
  private readonly next: Int32Array;
  private readonly previous: Int32Array;
  private readonly counts: Float64Array;
  private readonly first: Int32Array;
  private readonly above: Int32Array;
  private readonly below: Int32Array;
  private readonly free: number[] = [];

  constructor(private readonly capacity: number) {
    // One bucket more than counters: a counter that moves has its new bucket before it leaves the old.
    const buckets = capacity + 1;
    this.errors = new Float64Array(capacity);
    this.bucketOf = new Int32Array(capacity);
    this.next = new Int32Array(capacity);
    this.previous = new Int32Array(capacity);
    this.counts = new Float64Array(buckets);
    this.first = new Int32Array(buckets);
    this.above = new Int32Array(buckets);
    this.below = new Int32Array(buckets);
    this.clear();
  }

  /** @param value bounded; a copy is kept while it has a counter */
  hit(kind: TrafficIdentity['kind'], value: string): void {
    this.total += 1;
    const known = this.counters[kind].get(value);
    if (known !== undefined) this.rise(known);
    else if (this.size < this.capacity) this.open(kind, value);
    else this.takeOver(kind, value);
  }

  /** @param most how many to list */
  top(most: number): MostBlocked {
    const clients: BlockedClient[] = [];
    for (let bucket = this.highest; bucket !== NOTHING; bucket = this.below[bucket] ?? NOTHING) {
      const count = this.counts[bucket] ?? 0;
      let counter = this.first[bucket] ?? NOTHING;
      for (; counter !== NOTHING; counter = this.next[counter] ?? NOTHING) {
        if (clients.length === most) return { clients, floor: count };
        const owner = this.owners[counter];
        if (owner === undefined) continue;
        clients.push({ ...owner, count, error: this.errors[counter] ?? 0 });
      }
    }
    return { clients, floor: this.leastCount };
  }

  clear(): void {
    this.total = 0;
    this.size = 0;
    this.lowest = NOTHING;
    this.highest = NOTHING;
    this.owners.length = 0;
    for (const byValue of Object.values(this.counters)) byValue.clear();
    this.free.length = 0;
    for (let bucket = this.capacity; bucket >= 0; bucket--) this.free.push(bucket);
  }

  /** Of a client without a counter; 0 while there are counters left. */
  private get leastCount(): number {
    return this.size < this.capacity ? 0 : (this.counts[this.lowest] ?? 0);
  }

  private open(kind: TrafficIdentity['kind'], value: string): void {
    const counter = this.size++;
    this.own(counter, kind, value, 0);
    const isLowest = this.lowest !== NOTHING && this.counts[this.lowest] === 1;
    this.attach(counter, isLowest ? this.lowest : this.insertAbove(NOTHING, 1));
  }

  private takeOver(kind: TrafficIdentity['kind'], value: string): void {
    const counter = this.first[this.lowest] ?? NOTHING;
    const owner = this.owners[counter];
    if (owner !== undefined) this.counters[owner.kind].delete(owner.value);
    this.own(counter, kind, value, this.leastCount);
    this.rise(counter);
  }

  private own(counter: number, kind: TrafficIdentity['kind'], value: string, error: number): void {
    const own = bounded(value, value.length);
    this.owners[counter] = { kind, value: own };
    this.errors[counter] = error;
    this.counters[kind].set(own, counter);
  }

  private rise(counter: number): void {
    const bucket = this.bucketOf[counter] ?? NOTHING;
    const count = (this.counts[bucket] ?? 0) + 1;
    const above = this.above[bucket] ?? NOTHING;
    const hasNeighbour = above !== NOTHING && this.counts[above] === count;
    if (!hasNeighbour && this.isAlone(counter)) {
      this.counts[bucket] = count;
      return;
    }
    const target = hasNeighbour ? above : this.insertAbove(bucket, count);
    this.detach(counter, bucket);
    this.attach(counter, target);
  }

  private isAlone(counter: number): boolean {
    return this.next[counter] === NOTHING && this.previous[counter] === NOTHING;
  }

  private attach(counter: number, bucket: number): void {
    const second = this.first[bucket] ?? NOTHING;
    this.bucketOf[counter] = bucket;
    this.previous[counter] = NOTHING;
    this.next[counter] = second;
    if (second !== NOTHING) this.previous[second] = counter;
    this.first[bucket] = counter;
  }

  private detach(counter: number, bucket: number): void {
    const previous = this.previous[counter] ?? NOTHING;
    const next = this.next[counter] ?? NOTHING;
    if (next !== NOTHING) this.previous[next] = previous;
    if (previous !== NOTHING) this.next[previous] = next;
    else if (next !== NOTHING) this.first[bucket] = next;
    else this.remove(bucket);
  }

  /** @param below the bucket under the new one; NOTHING: it becomes the lowest */
  private insertAbove(below: number, count: number): number {
    const bucket = this.free.pop() ?? NOTHING;
    const above = below === NOTHING ? this.lowest : (this.above[below] ?? NOTHING);
    this.counts[bucket] = count;
    this.first[bucket] = NOTHING;
    this.below[bucket] = below;
    this.above[bucket] = above;
    if (below === NOTHING) this.lowest = bucket;
    else this.above[below] = bucket;
    if (above === NOTHING) this.highest = bucket;
    else this.below[above] = bucket;
    return bucket;
  }

  private remove(bucket: number): void {
    const below = this.below[bucket] ?? NOTHING;
    const above = this.above[bucket] ?? NOTHING;
    if (below === NOTHING) this.lowest = above;
    else this.above[below] = above;
    if (above === NOTHING) this.highest = below;
    else this.below[above] = below;
    this.free.push(bucket);
  }
}
