import type { LiveSecond } from '@/components/live/feed';
import type { Report } from './report';

/** What the charts show, and where all counts of the page come from. */
export interface Timeline {
  /** Unix seconds; the end is not part of it. */
  readonly from: number;
  readonly to: number;
  readonly step: number;
  /** Starts of the steps. */
  readonly at: readonly number[];
  /** Requests of each step; null where they were not told. */
  readonly allowed: readonly (number | null)[];
  readonly denied: readonly (number | null)[];
  readonly errors: readonly (number | null)[];
  /** ms; null without requests. */
  readonly p50: readonly (number | null)[];
  readonly p95: readonly (number | null)[];
  readonly p99: readonly (number | null)[];
}

const COLUMNS = [
  ['allowed', 'allowed'],
  ['denied', 'denied'],
  ['errors', 'errors'],
  ['p50', 'p50_ms'],
  ['p95', 'p95_ms'],
  ['p99', 'p99_ms'],
] as const;

type Columns = Pick<Timeline, (typeof COLUMNS)[number][0]>;

export function timelineOf({ from, to, step_seconds: step, series }: Report): Timeline {
  const length = series.allowed.length;
  return {
    from,
    to,
    step,
    at: Array.from({ length }, (_, index) => from + index * step),
    ...columns((_, told) => series[told]),
  };
}

/**
 * A report is read as its last seconds end, when not all replicas have told of them; the feed tells a
 * second later than that.
 */
const UNSETTLED_SECONDS = 2;

/**
 * The timeline with the seconds that passed since, as long as before: what comes in on the right goes
 * out on the left.
 * @param seconds ascending; those that the timeline has are left out, but for its last, which they know better
 */
export function withSeconds(timeline: Timeline, seconds: readonly LiveSecond[]): Timeline {
  const { from, to, step } = timeline;
  const newest = seconds.at(-1);
  const settled = to - UNSETTLED_SECONDS;
  if (step !== 1 || newest === undefined || newest.at < settled) return timeline;
  const passed = Math.max(0, newest.at + 1 - to);
  const known = new Map(seconds.map((second) => [second.at, second]));
  const at = timeline.at.map((second) => second + passed);
  return {
    from: from + passed,
    to: to + passed,
    step,
    at,
    ...columns((name, told) =>
      at.map((second) => {
        const live = second < settled ? undefined : known.get(second);
        return live === undefined ? (timeline[name][second - from] ?? null) : live[told];
      }),
    ),
  };
}

function columns(
  read: (
    name: (typeof COLUMNS)[number][0],
    told: (typeof COLUMNS)[number][1],
  ) => readonly (number | null)[],
): Columns {
  return Object.fromEntries(COLUMNS.map(([name, told]) => [name, read(name, told)])) as Record<
    keyof Columns,
    readonly (number | null)[]
  >;
}

/** Counts as rates. The last step of a timeline may not be whole yet: it is only as long as it is. */
export function ratesOf(
  { at, to, step }: Pick<Timeline, 'at' | 'to' | 'step'>,
  counts: readonly (number | null)[],
): readonly (number | null)[] {
  if (step === 1) return counts;
  return counts.map((count, index) =>
    count === null ? null : count / Math.min(step, to - (at[index] ?? 0)),
  );
}
