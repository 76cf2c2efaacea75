import { randomUUID } from 'node:crypto';
import type { Call } from './message';

/** Characters of a request id that is taken. */
export const LONGEST_REQUEST_ID = 128;
/** The part of an id that a millisecond's ids share. */
let prefix = '';
let prefixMs = 0;

const WELL_FORMED = /^[A-Za-z0-9._:-]+$/;

/** The request's own id where it brings a well-formed one (1-128 of A-Z a-z 0-9 . _ : -), else a new UUIDv7. */
export function requestIdOf(call: Call): string {
  const brought = call.header('x-request-id') ?? call.header('x-correlation-id');
  return brought !== undefined && isWellFormed(brought) ? brought : newRequestId();
}

/**
 * A UUIDv7 (RFC 9562 §5.7): 48 bits of Unix ms, then the version, variant and 74 random bits, which
 * are those of a random UUIDv4; Node draws these from a cache, so that an id costs no system call.
 */
export function newRequestId(): string {
  const nowMs = Date.now();
  if (nowMs !== prefixMs) {
    const time = nowMs.toString(16).padStart(12, '0');
    prefix = `${time.slice(0, 8)}-${time.slice(8)}-7`;
    prefixMs = nowMs;
  }
  return prefix + randomUUID().slice(15);
}

function isWellFormed(id: string): boolean {
  return id.length <= LONGEST_REQUEST_ID && WELL_FORMED.test(id);
}
