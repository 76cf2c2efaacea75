import { clientHas } from './conditions';
import { eachField } from './fields';
import { ageOf } from './freshness';
import type { CachedAnswer, CacheRequest } from './port';
import type { Variant } from './variant';

const EMPTY = Buffer.alloc(0);

/** A variant as the answer to a request, 304 where the client has it already. */
export function answerFrom(
  variant: Variant,
  request: CacheRequest,
  nowMs: number,
  ourStatus: string,
): CachedAnswer {
  const isKnown = clientHas(variant, request.headers);
  const headers: string[] = [];
  let cacheStatus = ourStatus;
  eachField(variant.fields, (name, value) => {
    // What caches before us said stays, ours comes last (RFC 9211 §2).
    if (name === 'cache-status') cacheStatus = `${value}, ${cacheStatus}`;
    else if (!isKnown || !describesBody(name)) headers.push(name, value);
  });
  headers.push('age', String(Math.floor(ageOf(variant.freshness, nowMs) / 1_000)));
  headers.push('cache-status', cacheStatus);
  if (isKnown) return { status: 304, headers, body: EMPTY };
  const { status, body } = variant;
  if (status !== 204) headers.push('content-length', String(body.length));
  return { status, headers, body: request.method === 'HEAD' ? EMPTY : body };
}

/** Has no meaning in a 304 (RFC 9110 §15.4.5). */
function describesBody(name: string): boolean {
  return name.startsWith('content-') && name !== 'content-location';
}
