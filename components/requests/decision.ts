import type { FoundRequests } from '@/lib/admin';

/** A request as the feed tells it, and as replicas find it among those they keep. */
export type LiveDecision = FoundRequests['items'][number];

export const VERDICTS = ['allowed', 'denied', 'error'] as const;

/** What tells a decision from all others, as nearly as can be: clients choose ids. */
export function keyOf({ id, replica, at }: LiveDecision): string {
  return `${at} ${replica} ${id}`;
}

/** A request is told of and written down one after the other, ms. */
const TOLD_APART_MS = 50;

/** Tests whether a decision is one of some, told of in another way. */
export function createKnownTest(
  decisions: readonly LiveDecision[],
): (decision: LiveDecision) => boolean {
  const timesOf = new Map<string, number[]>();
  for (const { id, replica, at } of decisions) {
    const key = `${replica} ${id}`;
    timesOf.set(key, [...(timesOf.get(key) ?? []), at]);
  }
  return ({ id, replica, at }) =>
    timesOf.get(`${replica} ${id}`)?.some((known) => Math.abs(known - at) < TOLD_APART_MS) === true;
}

/** Where a decision names no route or no policy. */
export const NONE = '-';
