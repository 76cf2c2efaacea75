import { uuidv7 } from 'uuidv7';
import type { Call } from './message';

const LONGEST = 128;
const WELL_FORMED = /^[A-Za-z0-9._:-]+$/;

/** The request's own id where it brings a well-formed one (1-128 of A-Z a-z 0-9 . _ : -), else a new UUIDv7. */
export function requestIdOf(call: Call): string {
  const brought = call.header('x-request-id') ?? call.header('x-correlation-id');
  return brought !== undefined && isWellFormed(brought) ? brought : uuidv7();
}

function isWellFormed(id: string): boolean {
  return id.length <= LONGEST && WELL_FORMED.test(id);
}
