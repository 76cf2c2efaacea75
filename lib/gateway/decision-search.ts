import type { RecordedDecision } from './decision-log';
import type { RequestVerdict } from './request-record';
import { NO_ROUTE } from './route-name';

/** Which decisions are looked for; what is undefined does not matter. */
export interface DecisionFilter {
  /** The request id, whole. */
  readonly id?: string | undefined;
  /** A part of a key's id, a user or an address, whatever the case. */
  readonly identity?: string | undefined;
  /** `-`: none. */
  readonly route?: string | undefined;
  /** `-`: none decided. */
  readonly policy?: string | undefined;
  readonly verdict?: RequestVerdict | undefined;
}

/**
 * Those of several logs that a filter lets through, newest first.
 * @param logs each with its newest first
 */
export function searchDecisions(
  logs: readonly Iterable<RecordedDecision>[],
  filter: DecisionFilter,
  limit: number,
): RecordedDecision[] {
  const identity = filter.identity?.toLowerCase();
  const found: RecordedDecision[] = [];
  for (const decision of newestFirst(logs)) {
    if (found.length >= limit) break;
    if (isMeant(decision, filter, identity)) found.push(decision);
  }
  return found;
}

function* newestFirst(logs: readonly Iterable<RecordedDecision>[]): Generator<RecordedDecision> {
  const heads = logs.map((log) => {
    const rest = log[Symbol.iterator]();
    return { rest, next: rest.next() };
  });
  for (;;) {
    let newest: (typeof heads)[number] | undefined;
    let atMs = Number.NEGATIVE_INFINITY;
    for (const head of heads) {
      if (head.next.done === true || head.next.value.atMs < atMs) continue;
      newest = head;
      atMs = head.next.value.atMs;
    }
    if (newest === undefined || newest.next.done === true) return;
    yield newest.next.value;
    newest.next = newest.rest.next();
  }
}

/** @param identity in lower case */
function isMeant(
  { requestId, caller, route, policy = NO_ROUTE, verdict }: RecordedDecision,
  filter: DecisionFilter,
  identity: string | undefined,
): boolean {
  if (filter.id !== undefined && filter.id !== requestId) return false;
  if (filter.route !== undefined && filter.route !== route) return false;
  if (filter.policy !== undefined && filter.policy !== policy) return false;
  if (filter.verdict !== undefined && filter.verdict !== verdict) return false;
  if (identity === undefined) return true;
  if (caller === undefined) return false;
  return [caller.keyId, caller.user, caller.ip].some((value) =>
    value?.toLowerCase().includes(identity),
  );
}
