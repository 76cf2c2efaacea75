/** Buckets between a power of two of microseconds and the next. */
const SUB_BUCKET_BITS = 6;
const SUB_BUCKETS = 1 << SUB_BUCKET_BITS;
const US_PER_MS = 1_000;
/** An hour: what took longer is counted as having taken one. */
export const LONGEST_US = 3_600_000_000;

const float = new Float64Array(1);
const words = new Uint32Array(float.buffer);
const HIGH_WORD = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 1 : 0;
/** Bits of a double's high word below the sub-bucket: 20 of its mantissa lie there. */
const UNUSED_BITS = 20 - SUB_BUCKET_BITS;
const EXPONENT_OF_ONE = 1_023 << SUB_BUCKET_BITS;

/**
 * The bucket of a duration. The exponent of a double and the first bits of its mantissa are the
 * bucket's number as they stand.
 * @param us 1 to `LONGEST_US`
 */
export function bucketOf(us: number): number {
  float[0] = us;
  return ((words[HIGH_WORD] ?? 0) >>> UNUSED_BITS) - EXPONENT_OF_ONE;
}

export const BUCKETS = bucketOf(LONGEST_US) + 1;

/** The middle of each bucket, ms. */
export const MIDDLES_MS = Float64Array.from({ length: BUCKETS }, (_, bucket) => {
  const first = 2 ** (bucket >> SUB_BUCKET_BITS);
  return (first * (1 + ((bucket % SUB_BUCKETS) + 0.5) / SUB_BUCKETS)) / US_PER_MS;
});
