import { BlockedHistory } from './blocked-history';
import { latencyOf } from './latency-figures';
import { createPace } from './pace';
import {
  MINUTES_KEPT,
  SECONDS_KEPT,
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

  async function answer(query: TrafficQuery): Promise<TrafficReport> {
    const pause = createPace(TURN_MS);
    const figures = await read(query.step < MINUTE ? seconds : minutes, query, pause);
    return { ...figures, blocked: await blocked.report(query.from, query.to, pause) };
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
      const asked = last.then(() => answer(query));
      last = asked.catch(() => undefined);
      answers.set(key, asked);
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
