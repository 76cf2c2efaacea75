import type { LiveDecision } from './decision';

/** A decision on the page. The number tells it from others with the same id, which clients choose. */
export interface TailRow {
  readonly number: number;
  readonly decision: LiveDecision;
}

/** The latest decisions: those that are shown, and those that wait until nobody reads. Newest first. */
export interface Tail {
  readonly rows: readonly TailRow[];
  readonly waiting: readonly TailRow[];
  /** Requests that the waiting rows stand for, those included that there was no room for. */
  readonly waitingRequests: number;
  readonly nextNumber: number;
}

/** Of each kind; older ones are let go. */
export const MOST_ROWS = 500;

export const EMPTY_TAIL: Tail = { rows: [], waiting: [], waitingRequests: 0, nextNumber: 1 };

/**
 * Takes in what has just been told.
 * @param decisions newest last, as the feed tells them
 * @param isHeld whether somebody reads, and nothing may move
 */
export function withArrivals(
  tail: Tail,
  decisions: readonly LiveDecision[],
  isHeld: boolean,
): Tail {
  if (decisions.length === 0) return tail;
  const { nextNumber } = tail;
  const arrived = decisions
    .map((decision, index) => ({ number: nextNumber + index, decision }))
    .reverse();
  const after = { ...tail, nextNumber: nextNumber + decisions.length };
  if (!isHeld) return { ...after, rows: bounded([...arrived, ...tail.rows]) };
  return {
    ...after,
    waiting: bounded([...arrived, ...tail.waiting]),
    waitingRequests: tail.waitingRequests + requestsOf(arrived),
  };
}

/** Shows what waited. */
export function released(tail: Tail): Tail {
  if (tail.waiting.length === 0) return tail;
  const rows = bounded([...tail.waiting, ...tail.rows]);
  return { ...tail, rows, waiting: [], waitingRequests: 0 };
}

/** Keeps only some. */
export function narrowed(tail: Tail, isWanted: (decision: LiveDecision) => boolean): Tail {
  const wanted = ({ decision }: TailRow) => isWanted(decision);
  const waiting = tail.waiting.filter(wanted);
  return {
    ...tail,
    rows: tail.rows.filter(wanted),
    waiting,
    waitingRequests: requestsOf(waiting),
  };
}

/** For how many requests each decision of a time stands, on average; 1 when all are told. */
export function sampleOf(decisions: number, requests: number): number {
  return decisions === 0 ? 1 : Math.max(1, Math.round(requests / decisions));
}

function bounded(rows: readonly TailRow[]): readonly TailRow[] {
  return rows.length <= MOST_ROWS ? rows : rows.slice(0, MOST_ROWS);
}

function requestsOf(rows: readonly TailRow[]): number {
  return rows.reduce((sum, { decision }) => sum + decision.weight, 0);
}
