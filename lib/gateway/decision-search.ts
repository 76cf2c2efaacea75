import { z } from 'zod';
import { LONGEST_REQUEST_ID } from '../http';
import type { RecordedDecision } from './decision-log';
import { requestVerdicts } from './request-record';
import { NO_ROUTE } from './route-name';
import { LONGEST_NAME } from './sender';

const name = z.string().min(1).max(LONGEST_NAME).optional();

/** Which decisions are looked for; what is undefined does not matter. */
export const decisionFilterSchema = z.object({
  /** The request id, whole. */
  id: z.string().min(1).max(LONGEST_REQUEST_ID).optional(),
  /** A part of a key's id, a user or an address, whatever the case. */
  identity: name,
  /** `-`: none. */
  route: name,
  /** `-`: none decided. */
  policy: name,
  verdict: z.enum(requestVerdicts).optional(),
});

export type DecisionFilter = z.output<typeof decisionFilterSchema>;

/**
 * Those of several logs that a filter lets through, newest first, each once.
 * @param logs each with its newest first
 */
export function searchDecisions(
  logs: readonly Iterable<RecordedDecision>[],
  filter: DecisionFilter,
  limit: number,
): RecordedDecision[] {
  const identity = filter.identity?.toLowerCase();
  /** One may be kept in several logs. */
  const found = new Set<RecordedDecision>();
  for (const decision of newestFirst(logs)) {
    if (found.size >= limit) break;
    if (isMeant(decision, filter, identity)) found.add(decision);
  }
  return [...found];
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
