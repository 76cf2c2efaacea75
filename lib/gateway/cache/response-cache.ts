import { answerFrom } from './answer';
import { type ForwardReason, hitStatus, NOT_CACHED_STATUS } from './cache-status';
import { conditionsFor } from './conditions';
import { type Demands, demandsOf } from './demands';
import { forwardErrand } from './errand';
import { ageOf } from './freshness';
import type { CacheRequest, Lookup, ResponseCache } from './port';
import { createShelf } from './shelf';
import type { Variant } from './variant';

export interface ResponseCacheOptions {
  /** Memory for all answers together, their fields included. */
  readonly maxBytes?: number;
  /** A longer answer is passed on and not kept. */
  readonly maxBodyBytes?: number;
}

const MIB = 1_048_576;
/** Of all memory, what bodies may take while they are on their way. */
const SHARE_ON_THE_WAY = 1 / 4;

/** A shared cache in this process's memory; see the folder's index for what it guarantees. */
export function createResponseCache(options: ResponseCacheOptions = {}): ResponseCache {
  const { maxBytes = 64 * MIB, maxBodyBytes = MIB } = options;
  const shelf = createShelf(maxBytes);
  const kept = { shelf, maxBodyBytes, budget: { leftBytes: maxBytes * SHARE_ON_THE_WAY } };

  function lookup(request: CacheRequest, nowMs = Date.now()): Lookup {
    const demands = demandsOf(request);
    if (demands.passes !== undefined) return askFor(demands.passes);
    const found = shelf.find(request);
    if (found === undefined) return askFor(shelf.has(request) ? 'vary-miss' : 'uri-miss');
    // Who is known may be served what nobody else is: not what is kept for those who are not.
    if (demands.isPersonal && !found.freshness.isForEverybody) return askFor('bypass');
    const reason = unfit(found, demands, nowMs);
    if (reason !== undefined) return askFor(reason, found);
    const ttl = Math.floor((found.freshness.lifetimeMs - ageOf(found.freshness, nowMs)) / 1_000);
    return { kind: 'hit', answer: answerFrom(found, request, nowMs, hitStatus(ttl)) };

    function askFor(reason: ForwardReason, selected?: Variant): Lookup {
      if (demands.onlyIfCached && reason !== 'method') {
        return { kind: 'not-cached', cacheStatus: NOT_CACHED_STATUS };
      }
      // Only GET can bring what is kept up to date, or in its place.
      const isUpdate = selected !== undefined && request.method === 'GET';
      const conditions = isUpdate ? conditionsFor(selected) : undefined;
      const mark = shelf.mark();
      const errand = { request, demands, reason, selected, conditions, requestedAtMs: nowMs, mark };
      return forwardErrand(errand, kept);
    }
  }

  return {
    lookup,
    invalidate: shelf.invalidate,
    get size() {
      return shelf.size;
    },
  };
}

/** Why a variant can't be served without asking; undefined: it can. */
function unfit(
  { freshness }: Variant,
  { wantsRevalidation, mostAgeMs, leastFreshMs }: Demands,
  nowMs: number,
): 'stale' | 'request' | undefined {
  const age = ageOf(freshness, nowMs);
  if (age >= freshness.lifetimeMs) return 'stale';
  const isEnough = age <= mostAgeMs && freshness.lifetimeMs - age >= leastFreshMs;
  return wantsRevalidation || !isEnough ? 'request' : undefined;
}
