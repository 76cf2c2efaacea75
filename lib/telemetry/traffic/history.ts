import { BlockedHistory } from './blocked-history';
import { latencyOf } from './latency-figures';
import { createPace } from './pace';
import {
  MINUTES_KEPT,
  SECONDS_KEPT,
  TrafficBusyError,
  type TrafficHistory,
  type TrafficQuery,
  type TrafficReport,
} from './port';
import { checkQuery } from './query-bounds';
import { createReportReader } from './report-reader';
import { SlotTier } from './slot-tier';
import { TrafficTally } from './traffic-tally';

const MINUTE = 60;
const MEBIBYTE = 1_048_576;
const MOST_BYTES_OF_SECONDS = 128 * MEBIBYTE;
const MOST_BYTES_OF_MINUTES = 256 * MEBIBYTE;
/** How long a query keeps the thread, ms. */
const TURN_MS = 2;
/** Different queries that wait for their turn. */
const MOST_WAITING = 20;
/** Answers that are kept for whoever asks the same within the second. */
const MOST_ANSWERS = 2 * MOST_WAITING;

export interface TrafficHistoryOptions {
  /** Everybody's clock, Unix ms; default: this machine's. */
  readonly now?: () => number;
}

/**
 * Keeps an hour of seconds and a week of minutes in memory, of all replicas. Within a second, the
 * same question is answered once, however many ask.
 */
export function createTrafficHistory({
  now = Date.now,
}: TrafficHistoryOptions = {}): TrafficHistory {
  const seconds = new SlotTier({
    slotSeconds: 1,
    keptSeconds: SECONDS_KEPT,
    mostBytes: MOST_BYTES_OF_SECONDS,
  });
  const minutes = new SlotTier({
    slotSeconds: MINUTE,
    keptSeconds: MINUTES_KEPT * MINUTE,
    mostBytes: MOST_BYTES_OF_MINUTES,
  });
  const blocked = new BlockedHistory();
  const read = createReportReader();
  const scratch = new TrafficTally();
  const answers = new Map<string, Promise<TrafficReport>>();
  let answeredAt = 0;
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;

  async function answer(query: TrafficQuery): Promise<TrafficReport> {
    const pause = createPace(TURN_MS);
    const figures = await read(query.step < MINUTE ? seconds : minutes, query, pause);
    return { ...figures, blocked: await blocked.report(query, nowSeconds(), pause) };
  }

  /** After those that were asked before. */
  function inTurn(query: TrafficQuery): Promise<TrafficReport> {
    if (waiting >= MOST_WAITING) throw new TrafficBusyError();
    waiting += 1;
    const asked = last
      .then(() => answer(query))
      .finally(() => {
        waiting -= 1;
      });
    last = asked.catch(() => undefined);
    return asked;
  }

  function nowSeconds(): number {
    return Math.floor(now() / 1_000);
  }

  return {
    put(frame) {
      const at = nowSeconds();
      for (const slot of frame.seconds) seconds.put(frame, slot, at);
      for (const slot of frame.minutes) minutes.put(frame, slot, at);
      for (const slot of frame.blocked) blocked.put(frame, slot, at);
    },
    async query(query) {
      const at = nowSeconds();
      checkQuery(query, at);
      if (at !== answeredAt) answers.clear();
      answeredAt = at;
      const key = JSON.stringify(query);
      const known = answers.get(key);
      if (known !== undefined) return known;
      const asked = inTurn(query);
      answers.set(key, asked);
      const [oldest] = answers.keys();
      if (answers.size > MOST_ANSWERS && oldest !== undefined) answers.delete(oldest);
      return asked;
    },
    second(at, filter) {
      const { chunkSeconds } = seconds;
      const chunk = seconds.chunkAt(at - (at % chunkSeconds));
      scratch.clear();
      for (const cell of chunk?.matching(filter) ?? []) cell.addTo(scratch, at % chunkSeconds);
      const { allowed, denied, errors, latency } = scratch;
      return { at, allowed, denied, errors, ...latencyOf(latency) };
    },
  };
}
