import type { Answer, Block } from './block';
import { quoteIn, type ShownQuote } from './quote';
import { addAnswers, EMPTY_TALLY, type Tally } from './statistics';

/** What the page knows of its traffic at one moment. */
export interface TrafficSnapshot {
  readonly blocks: readonly Block[];
  readonly tally: Tally;
  /** Requests without an answer yet, waiting ones included. */
  readonly pending: number;
  /** The block answered last. */
  readonly latest: Block | undefined;
  /** The quote that came last; refused requests leave it standing. */
  readonly quote: ShownQuote | undefined;
  /** Blocks answered since the snapshot before. */
  readonly answered: readonly Block[];
}

export interface TrafficLog {
  readonly snapshot: () => TrafficSnapshot;
  readonly subscribe: (listener: () => void) => () => void;
  /** Adds waiting blocks and returns their numbers. @param atMs server's clock, Unix ms */
  append(ticker: string, count: number, atMs: number): readonly number[];
  start(id: number, atMs: number): void;
  finish(id: number, answer: Answer): void;
  clear(): void;
}

export const EMPTY_SNAPSHOT: TrafficSnapshot = {
  blocks: [],
  tally: EMPTY_TALLY,
  pending: 0,
  latest: undefined,
  quote: undefined,
  answered: [],
};

/**
 * The page's record of requests. Changes are gathered and shown together, at most once for each call
 * of `schedule`, so that a flood of answers costs one rendering a frame.
 * @param schedule runs its argument soon, once
 * @param trim forgets what is too old
 */
export function createTrafficLog(
  schedule: (flush: () => void) => void,
  trim: (blocks: readonly Block[]) => readonly Block[],
): TrafficLog {
  const listeners = new Set<() => void>();
  let shown = EMPTY_SNAPSHOT;
  let blocks = new Map<number, Block>();
  let answered: Block[] = [];
  let nextId = 1;
  let isScheduled = false;

  function flush(): void {
    isScheduled = false;
    const answers = answered.flatMap(({ answer }) => answer ?? []);
    const kept = trim([...blocks.values()]);
    if (kept.length < blocks.size) blocks = new Map(kept.map((block) => [block.id, block]));
    shown = {
      blocks: kept,
      tally: addAnswers(shown.tally, answers),
      pending: kept.filter(({ answer }) => answer === null).length,
      latest: answered.at(-1) ?? shown.latest,
      quote: answers.map(quoteIn).findLast((quote) => quote !== undefined) ?? shown.quote,
      answered,
    };
    answered = [];
    for (const listener of listeners) listener();
  }

  function change(): void {
    if (isScheduled) return;
    isScheduled = true;
    schedule(flush);
  }

  return {
    snapshot: () => shown,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    append(ticker, count, atMs) {
      const ids = Array.from({ length: count }, () => nextId++);
      for (const id of ids) {
        blocks.set(id, { id, ticker, sentAtMs: atMs, isQueued: true, answer: null });
      }
      change();
      return ids;
    },
    start(id, atMs) {
      const block = blocks.get(id);
      if (block === undefined) return;
      blocks.set(id, { ...block, sentAtMs: atMs, isQueued: false });
      change();
    },
    finish(id, answer) {
      const block = blocks.get(id);
      if (block === undefined) return;
      const finished = { ...block, answer };
      blocks.set(id, finished);
      answered.push(finished);
      change();
    },
    clear() {
      blocks = new Map();
      answered = [];
      nextId = 1;
      shown = EMPTY_SNAPSHOT;
      change();
    },
  };
}
