import { BUCKETS, LONGEST_US } from './latency-buckets';

/**
 * A histogram in few bytes, as varints (LEB128): sum and maximum in µs, how many bits its buckets are
 * coarser by, then for each bucket in use its count, doubled, after twice the number of unused ones
 * before it plus one, where there are any. In JSON it is base64; in memory a string of one byte to a
 * character, a quarter shorter.
 */
export interface LatencyHead {
  readonly sumUs: number;
  readonly maxUs: number;
  readonly shift: number;
}

/** What was read besides the buckets. */
export interface LatencyRead extends Omit<LatencyHead, 'shift'> {
  readonly count: number;
}

/** What a histogram is read into, bucket by bucket. */
export interface LatencyTarget {
  addBucket(bucket: number, count: number): void;
}

/** Characters; beyond any that a histogram can be encoded to. */
export const LONGEST_LATENCY = 24_000;
const MOST_SHIFT = 4;
const MOST = Number.MAX_SAFE_INTEGER;

const bytes = Buffer.alloc(LONGEST_LATENCY);
let length = 0;

/** @param forEachBucket tells the buckets in use, ascending */
export function writeLatency(
  { sumUs, maxUs, shift }: LatencyHead,
  encoding: 'base64' | 'latin1',
  forEachBucket: (tell: (bucket: number, count: number) => void) => void,
): string {
  length = 0;
  put(sumUs);
  put(maxUs);
  put(shift);
  let next = 0;
  let held = 0;
  let heldAt = 0;
  const flush = (): void => {
    if (held === 0) return;
    if (heldAt > next) put((heldAt - next) * 2 + 1);
    put(held * 2);
    next = heldAt + 1;
  };
  forEachBucket((bucket, count) => {
    const coarse = bucket >> shift;
    if (coarse !== heldAt) {
      flush();
      held = 0;
      heldAt = coarse;
    }
    held += count;
  });
  flush();
  return bytes.toString(encoding, 0, length);
}

function put(value: number): void {
  let left = value;
  while (left >= 128) {
    bytes[length++] = (left % 128) + 128;
    left = Math.floor(left / 128);
  }
  bytes[length++] = left;
}

let text = '';
let cursor = 0;

/** @returns undefined, having told of some buckets, for what was not written by `writeLatency` */
export function readLatency(packed: string, target: LatencyTarget): LatencyRead | undefined {
  text = packed;
  cursor = 0;
  const sumUs = take();
  const maxUs = take();
  const shift = take();
  if (!(sumUs >= 0 && maxUs >= 0 && shift <= MOST_SHIFT)) return undefined;
  // Of the fine buckets that a coarse one stands for, the one nearest to its middle.
  const middle = shift === 0 ? 0 : (1 << (shift - 1)) - 1;
  const last = (BUCKETS - 1) >> shift;
  let count = 0;
  let bucket = 0;
  while (cursor < packed.length) {
    // Nearly all take one byte.
    const byte = packed.charCodeAt(cursor);
    const token = byte < 128 ? byte : take();
    if (byte < 128) cursor += 1;
    if (token % 2 === 1) {
      bucket += (token - 1) / 2;
      continue;
    }
    const held = token / 2;
    if (!(held > 0 && bucket <= last)) return undefined;
    target.addBucket(Math.min((bucket << shift) + middle, BUCKETS - 1), held);
    count += held;
    bucket += 1;
  }
  return { sumUs, maxUs, count };
}

/** NaN where a varint is cut short or too big. */
function take(): number {
  let value = 0;
  let scale = 1;
  for (;;) {
    const byte = text.charCodeAt(cursor++);
    value += (byte & 127) * scale;
    if (byte < 128) return value <= MOST ? value : Number.NaN;
    // Beyond the end a character code is NaN.
    if (!(byte >= 128) || scale > MOST) return Number.NaN;
    scale *= 128;
  }
}

/** The form that is kept. @returns undefined for what is no encoded histogram, whatever it is */
export function packLatency(encoded: string): string | undefined {
  if (encoded === '') return '';
  const packed = fromBase64(encoded);
  return packed !== undefined && countOf(packed) !== undefined ? packed : undefined;
}

/** How many latencies an encoded histogram holds; undefined for what is none. */
export function latencyCount(encoded: string): number | undefined {
  if (encoded === '') return 0;
  const packed = fromBase64(encoded);
  return packed === undefined ? undefined : countOf(packed);
}

function fromBase64(encoded: string): string | undefined {
  if (encoded.length > LONGEST_LATENCY) return undefined;
  const decoded = Buffer.from(encoded, 'base64');
  // What is no base64 is passed over: less is decoded then.
  const end = encoded.indexOf('=');
  const digits = end === -1 ? encoded.length : end;
  return decoded.length === Math.floor((digits * 3) / 4) ? decoded.toString('latin1') : undefined;
}

const NOWHERE: LatencyTarget = { addBucket: () => undefined };

function countOf(packed: string): number | undefined {
  const read = readLatency(packed, NOWHERE);
  if (read === undefined) return undefined;
  const { sumUs, maxUs, count } = read;
  const isSound =
    maxUs >= 1 && maxUs <= LONGEST_US && count <= MOST && maxUs <= sumUs && sumUs <= count * maxUs;
  return isSound ? count : undefined;
}
