import type { IncomingHttpHeaders } from 'node:http';
import { answerFrom } from './answer';
import { type RecordingBudget, recordBody } from './body-recorder';
import { type ForwardReason, forwardStatus } from './cache-status';
import { isAboutAnother } from './conditions';
import type { Demands } from './demands';
import { headerOf, keptFields, updatedFields } from './fields';
import { ageOf, freshnessOf } from './freshness';
import type { CachedAnswer, CacheRequest, Forward, HeadVerdict } from './port';
import type { Shelf } from './shelf';
import { selectionOf, type Variant } from './variant';

/** Where answers go. */
export interface Storage {
  readonly shelf: Shelf;
  readonly budget: RecordingBudget;
  readonly maxBodyBytes: number;
}

/** One request that goes to the upstream. */
export interface Errand {
  readonly request: CacheRequest;
  readonly demands: Demands;
  readonly reason: ForwardReason;
  /** What is kept and can't be served as it is. */
  readonly selected: Variant | undefined;
  readonly conditions: Readonly<Record<string, string>> | undefined;
  readonly requestedAtMs: number;
  readonly mark: number;
}

/** An upstream that fails, for which a stale answer may stand in (RFC 5861 §4). */
const FAILED = new Set([500, 502, 503, 504]);

export function forwardErrand(errand: Errand, storage: Storage): Forward {
  const { selected, conditions } = errand;
  return {
    kind: 'forward',
    conditions,
    stale: (nowMs = Date.now()) => staleAnswer(errand, storage, nowMs),
    onHead(status, headers, nowMs = Date.now()) {
      if (status === 304 && selected !== undefined && conditions !== undefined) {
        return revalidate(selected, errand, storage, headers, nowMs);
      }
      const answer = FAILED.has(status) && staleAnswer(errand, storage, nowMs, status);
      if (answer) return { kind: 'revalidated', answer };
      return judge(errand, storage, status, headers, nowMs);
    },
  };
}

function staleAnswer(
  { request, demands, reason, selected, mark }: Errand,
  { shelf }: Storage,
  nowMs: number,
  status?: number,
): CachedAnswer | undefined {
  if (selected === undefined || reason !== 'stale') return undefined;
  if (demands.wantsRevalidation || demands.leastFreshMs > 0) return undefined;
  const { freshness } = selected;
  const age = ageOf(freshness, nowMs);
  const staleMs = age - freshness.lifetimeMs;
  if (staleMs >= freshness.staleIfErrorMs || age > demands.mostAgeMs) return undefined;
  if (shelf.wasInvalidated(request, mark)) return undefined;
  const ttl = -Math.ceil(staleMs / 1_000);
  const cacheStatus = forwardStatus(reason, {
    ...(status !== undefined && { status }),
    ttl,
    detail: 'stale-if-error',
  });
  return answerFrom(selected, request, nowMs, cacheStatus);
}

/** Whether an answer can be kept, and how. */
function judge(
  { request, demands, reason, selected, requestedAtMs, mark }: Errand,
  { shelf, budget, maxBodyBytes }: Storage,
  status: number,
  headers: IncomingHttpHeaders,
  receivedAtMs: number,
): HeadVerdict {
  const pass = { kind: 'pass', cacheStatus: forwardStatus(reason) } as const;
  if (request.method !== 'GET' || demands.passes !== undefined) return pass;
  const fields = keptFields(headers, receivedAtMs);
  const age = headerOf(headers, 'age');
  const { isPersonal } = demands;
  const arrival = { status, fields, age, requestedAtMs, receivedAtMs, isPersonal };
  const freshness = freshnessOf(arrival);
  const selectedBy = selectionOf(fields, request.headers);
  const contentLength = headerOf(headers, 'content-length');
  const length = contentLength === undefined ? undefined : lengthOf(contentLength);
  if (freshness === undefined || selectedBy === undefined || (length ?? 0) > maxBodyBytes) {
    // The resource is another now, or none: what was kept of it must not stand in for it later.
    if (selected !== undefined && tellsOfResource(status)) shelf.remove(request, selected);
    return pass;
  }
  const { route } = request;
  const body = recordBody({
    length,
    maxBytes: maxBodyBytes,
    budget,
    onWhole: (whole) =>
      shelf.put(request, { route, selectedBy, status, fields, freshness, body: whole }, mark),
  });
  return { kind: 'store', cacheStatus: forwardStatus(reason, { isStored: true }), body };
}

/** Freshens what a 304 says is still good (RFC 9111 §4.3.4). */
function revalidate(
  selected: Variant,
  { request, demands, reason, requestedAtMs, mark }: Errand,
  { shelf }: Storage,
  headers: IncomingHttpHeaders,
  receivedAtMs: number,
): HeadVerdict {
  const { status } = selected;
  const { isPersonal } = demands;
  const cacheStatus = forwardStatus(reason, { status: 304 });
  const fields = updatedFields(selected.fields, keptFields(headers, receivedAtMs));
  const age = headerOf(headers, 'age');
  const freshness = freshnessOf({ status, fields, age, requestedAtMs, receivedAtMs, isPersonal });
  const selectedBy = selectionOf(fields, request.headers);
  const isOther = isAboutAnother(selected, headerOf(headers, 'etag'));
  if (isOther || freshness === undefined || selectedBy === undefined) {
    // Good for this client once more: there is no other body to give it.
    shelf.remove(request, selected);
    const once = isOther ? selected : { ...selected, fields };
    return { kind: 'revalidated', answer: answerFrom(once, request, receivedAtMs, cacheStatus) };
  }
  const variant = { ...selected, fields, freshness, selectedBy };
  shelf.put(request, variant, mark);
  return { kind: 'revalidated', answer: answerFrom(variant, request, receivedAtMs, cacheStatus) };
}

/** What is no length is too long. */
function lengthOf(contentLength: string): number {
  return /^\d+$/.test(contentLength) ? Number(contentLength) : Number.POSITIVE_INFINITY;
}

function tellsOfResource(status: number): boolean {
  return status < 400 || status === 404 || status === 410;
}
