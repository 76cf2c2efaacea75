import { randomUUID } from 'node:crypto';

/** W3C Trace Context, version 00; later versions begin alike (§3.2.4). */
const TRACEPARENT =
  /^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:$|-)/;
const LONGEST = 128;

export function isTraceparent(value: string | undefined): value is string {
  return value !== undefined && value.length <= LONGEST && TRACEPARENT.test(value);
}

/**
 * The start of a trace, sampled, since nothing before us has decided otherwise.
 * @param requestId a UUID of our own making names the trace too, so that either leads to the other
 */
export function newTraceparent(requestId: string = randomUUID()): string {
  const span = randomUUID();
  return `00-${withoutDashes(requestId)}-${span.slice(0, 8)}${span.slice(24, 32)}-01`;
}

/** Slices, which take a third of the time of a replacement. */
function withoutDashes(uuid: string): string {
  return (
    uuid.slice(0, 8) + uuid.slice(9, 13) + uuid.slice(14, 18) + uuid.slice(19, 23) + uuid.slice(24)
  );
}
