import { randomUUID } from 'node:crypto';
import type { RequestRecord } from '../../gateway';

/**
 * The id of a new trace: that of the request, where it is of our making, so that either leads to the
 * other. A trace that a stranger began is sampled by it too.
 */
export function traceIdFor({ call, requestId }: RequestRecord): string {
  const isOurs =
    call.header('x-request-id') === undefined && call.header('x-correlation-id') === undefined;
  return digitsOf(isOurs ? requestId : randomUUID());
}

export function newSpanId(): string {
  return digitsOf(randomUUID()).slice(16);
}

/** Slices take a third of the time of a replacement. */
function digitsOf(uuid: string): string {
  return (
    uuid.slice(0, 8) + uuid.slice(9, 13) + uuid.slice(14, 18) + uuid.slice(19, 23) + uuid.slice(24)
  );
}
