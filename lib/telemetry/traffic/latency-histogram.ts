import { BUCKETS, bucketOf, LONGEST_US, MIDDLES_MS } from './latency-buckets';
import { packLatency, readLatency, writeLatency } from './latency-code';

const US_PER_MS = 1_000;
const WORD_BITS = 32;

/** Of an encoded histogram: percentiles within 0.8 %, or within 4 % at a quarter of the size. */
export type LatencyPrecision = 'fine' | 'coarse';
const COARSE_SHIFT = 2;

/**
 * Latencies of a time, 1 µs to 1 h, in buckets that widen with what they hold: 64 for each power of
 * two, as in HdrHistogram (Gil Tene, http://hdrhistogram.org). A percentile is the middle of the
 * bucket that holds it and within 0.8 % of the exact one; mean and maximum are exact to 1 µs. Merging
 * two gives the histogram of the union. 16 KiB, whatever it holds, so they are used again.
 *
 * What is used of the 2,028 buckets is marked in a bitmap: emptying, merging and encoding cost by
 * what a histogram holds, not by what it could.
 */
export class LatencyHistogram {
  count = 0;
  private sumUs = 0;
  private maxUs = 0;
  private readonly counts = new Float64Array(BUCKETS);
  private readonly used = new Int32Array(Math.ceil(BUCKETS / WORD_BITS));

  /** @param ms clipped to what a histogram holds */
  record(ms: number): void {
    // Written so that NaN counts as the shortest.
    const us = ms * US_PER_MS >= 1 ? Math.min(ms * US_PER_MS, LONGEST_US) : 1;
    const wholeUs = Math.round(us);
    this.count += 1;
    this.sumUs += wholeUs;
    if (wholeUs > this.maxUs) this.maxUs = wholeUs;
    this.addBucket(bucketOf(us), 1);
  }

  merge(other: LatencyHistogram): void {
    this.count += other.count;
    this.sumUs += other.sumUs;
    this.maxUs = Math.max(this.maxUs, other.maxUs);
    other.forEachBucket((bucket, count) => this.addBucket(bucket, count));
  }

  /** @param packed of `packLatency` or `pack`; what is neither is passed over */
  mergePacked(packed: string): void {
    const read = packed === '' ? undefined : readLatency(packed, this);
    if (read === undefined) return;
    this.count += read.count;
    this.sumUs += read.sumUs;
    this.maxUs = Math.max(this.maxUs, read.maxUs);
  }

  clear(): void {
    this.forEachBucket((bucket) => {
      this.counts[bucket] = 0;
    });
    this.used.fill(0);
    this.count = 0;
    this.sumUs = 0;
    this.maxUs = 0;
  }

  /**
   * The smallest latency that this share of all does not exceed, ms; null without any.
   * @param share 0 to 1
   */
  percentile(share: number): number | null {
    if (this.count === 0) return null;
    let left = Math.max(1, Math.ceil(share * this.count));
    for (let word = 0; word < this.used.length; word++) {
      let bits = this.used[word] ?? 0;
      while (bits !== 0) {
        const bucket = word * WORD_BITS + lowestBit(bits);
        left -= this.counts[bucket] ?? 0;
        if (left <= 0) return Math.min(MIDDLES_MS[bucket] ?? 0, this.maxUs / US_PER_MS);
        bits &= bits - 1;
      }
    }
    return this.maxMs;
  }

  /** ms; null without any. */
  get meanMs(): number | null {
    return this.count === 0 ? null : this.sumUs / this.count / US_PER_MS;
  }

  /** ms; null without any. */
  get maxMs(): number | null {
    return this.count === 0 ? null : this.maxUs / US_PER_MS;
  }

  /** As text, for JSON; empty without any. */
  encode(precision: LatencyPrecision = 'fine'): string {
    return this.write(precision, 'base64');
  }

  /** As `packLatency` gives it, a quarter shorter. */
  pack(precision: LatencyPrecision = 'fine'): string {
    return this.write(precision, 'latin1');
  }

  private write(precision: LatencyPrecision, encoding: 'base64' | 'latin1'): string {
    if (this.count === 0) return '';
    const shift = precision === 'fine' ? 0 : COARSE_SHIFT;
    const { sumUs, maxUs } = this;
    return writeLatency({ sumUs, maxUs, shift }, encoding, (tell) => this.forEachBucket(tell));
  }

  /** Part of a merge: leaves count, sum and maximum alone. */
  addBucket(bucket: number, count: number): void {
    this.counts[bucket] = (this.counts[bucket] ?? 0) + count;
    const word = bucket >>> 5;
    this.used[word] = (this.used[word] ?? 0) | (1 << (bucket & 31));
  }

  /** Ascending. */
  private forEachBucket(tell: (bucket: number, count: number) => void): void {
    for (let word = 0; word < this.used.length; word++) {
      let bits = this.used[word] ?? 0;
      while (bits !== 0) {
        const bucket = word * WORD_BITS + lowestBit(bits);
        tell(bucket, this.counts[bucket] ?? 0);
        bits &= bits - 1;
      }
    }
  }
}

/** @returns undefined for what is no encoded histogram */
export function decodeLatency(text: string): LatencyHistogram | undefined {
  const packed = packLatency(text);
  if (packed === undefined) return undefined;
  const histogram = new LatencyHistogram();
  histogram.mergePacked(packed);
  return histogram;
}

function lowestBit(bits: number): number {
  return 31 - Math.clz32(bits & -bits);
}
