import type { LiveDecision } from '../traffic';
import { publicDecision } from './events';
import { formatResumePoint, type ResumePoint } from './resume-point';
import { serverSentEvent } from './server-sent-event';

/** Decisions that are kept for viewers who come back. */
export const DECISIONS_KEPT = 2_000;

/** Decisions that were told by one event. */
export interface Batch {
  /** From 1 on, in the order they were told. */
  readonly number: number;
  /** The last second that had been told by then, Unix seconds. */
  readonly second: number;
  /** The event, made once for each audience and shared by all of it. */
  event(isAdmin: boolean): Buffer;
}

/** The latest batches, in the order they were told. */
export interface Batches {
  /** Sets batches of this process's life apart from those of others. */
  readonly mark: string;
  /** Number of the last one; 0 before any. */
  readonly latest: number;
  add(decisions: readonly LiveDecision[], second: number): Batch;
  /** Number of the last one that was told before this second was. */
  before(second: number): number;
  /**
   * Those told since. Exact for points of this process. Of others, which are not told the same things
   * at the same moment, from a second before: nothing is left out, some are told again.
   */
  since(point: ResumePoint): readonly Batch[];
}

interface Kept extends Batch {
  readonly size: number;
}

export function createBatches(mark: string): Batches {
  const kept: Kept[] = [];
  let latest = 0;
  let decisionsKept = 0;

  return {
    mark,
    get latest() {
      return latest;
    },
    add(decisions, second) {
      latest += 1;
      const batch = batchOf(decisions, latest, second, mark);
      kept.push(batch);
      decisionsKept += batch.size;
      while (decisionsKept > DECISIONS_KEPT && kept.length > 1) {
        decisionsKept -= kept.shift()?.size ?? 0;
      }
      return batch;
    },
    before(second) {
      return kept.findLast((batch) => batch.second < second)?.number ?? latest - kept.length;
    },
    since({ second, batch }) {
      if (batch?.mark === mark) return kept.filter(({ number }) => number > batch.number);
      return kept.filter((other) => other.second >= second - 1);
    },
  };
}

function batchOf(
  decisions: readonly LiveDecision[],
  number: number,
  second: number,
  mark: string,
): Kept {
  const id = formatResumePoint({ second, batch: { mark, number } });
  let ofAdmins: Buffer | undefined;
  let ofAll: Buffer | undefined;
  return {
    number,
    second,
    size: decisions.length,
    event(isAdmin) {
      if (isAdmin) {
        ofAdmins ??= eventOf(decisions, id);
        return ofAdmins;
      }
      ofAll ??= eventOf(decisions.map(publicDecision), id);
      return ofAll;
    },
  };
}

function eventOf(items: readonly unknown[], id: string): Buffer {
  return Buffer.from(serverSentEvent('decisions', { items }, id));
}
