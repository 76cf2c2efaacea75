import { randomUUID } from 'node:crypto';

/** W3C Trace Context, version 00; later versions begin alike (§3.2.4). */
const TRACEPARENT =
  /^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:$|-)/;
const LONGEST = 128;

export function isTraceparent(value: string | undefined): value is string {
  return value !== undefined && value.length <= LONGEST && TRACEPARENT.test(value);
}

/** The start of a trace, sampled, since nothing before us has decided otherwise. */
export function newTraceparent(): string {
  const trace = randomUUID();
  const span = randomUUID();
  return `00-${trace.slice(0, 8)}${trace.slice(9, 13)}${trace.slice(14, 18)}${trace.slice(19, 23)}${trace.slice(24)}-${span.slice(0, 8)}${span.slice(24, 32)}-01`;
}
