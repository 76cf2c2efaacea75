import type { IncomingHttpHeaders } from 'node:http';
import { type Fields, fieldOf, headerOf, listOf } from './fields';
import type { Freshness } from './freshness';
import type { CacheRequest } from './port';

/** One answer that is kept of a resource. */
export interface Variant {
  readonly route: string;
  /** The fields that Vary names, as the request had them. */
  readonly selectedBy: Selection;
  readonly status: number;
  readonly fields: Fields;
  readonly freshness: Freshness;
  readonly body: Buffer;
}

export type Selection = readonly (readonly [name: string, value: string | undefined])[];

/** What an entry takes beside its texts and body, and each text beside its characters; measured to be less. */
const ENTRY_BYTES = 1_024;
const TEXT_BYTES = 32;
/** Rebuilt on the way to the upstream: the request tells nothing of what they were there. */
const REWRITTEN = new Set([
  'forwarded',
  'via',
  'traceparent',
  'tracestate',
  'x-request-id',
  'x-correlation-id',
  'x-real-ip',
]);

/**
 * What an answer was selected by (RFC 9111 §4.1).
 *
 * @returns undefined when no request can be known to select it again
 */
export function selectionOf(fields: Fields, headers: IncomingHttpHeaders): Selection | undefined {
  const names = listOf(fieldOf(fields, 'vary'));
  const isBeyondUs = names.some((name) => name === '*' || isRewritten(name));
  return isBeyondUs ? undefined : names.map((name) => [name, headerOf(headers, name)] as const);
}

function isRewritten(name: string): boolean {
  return REWRITTEN.has(name) || name.startsWith('x-forwarded-') || name.startsWith('x-floodgate-');
}

export function selects({ route, selectedBy }: Variant, request: CacheRequest): boolean {
  return (
    route === request.route &&
    selectedBy.every(([name, value]) => headerOf(request.headers, name) === value)
  );
}

/** Bytes of memory it takes: fields are texts of one byte a character. */
export function sizeOf({ selectedBy, fields, body }: Variant): number {
  let bytes = ENTRY_BYTES + body.length;
  for (const text of fields) bytes += TEXT_BYTES + text.length;
  for (const [name, value = ''] of selectedBy) {
    bytes += 2 * TEXT_BYTES + name.length + value.length;
  }
  return bytes;
}
