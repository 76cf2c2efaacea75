import type { Answer, Outcome } from './block';

/** Running numbers since the page opened or was cleared. All figures on the page come from here. */
export interface Tally {
  readonly counts: Readonly<Record<Outcome, number>>;
  /** The newest latencies, ms, oldest first. */
  readonly latenciesMs: readonly number[];
  /** Answers per second of the server's clock (Unix s), oldest first; empty seconds are absent. */
  readonly seconds: readonly SecondTally[];
}

export interface SecondTally {
  /** Unix s. */
  readonly second: number;
  /** Degraded answers included: they passed. */
  readonly allowed: number;
  readonly denied: number;
}

/** Span of the chart, s. */
export const CHART_SECONDS = 60;
const REMEMBERED_LATENCIES = 1_000;

export const EMPTY_TALLY: Tally = {
  counts: { allowed: 0, denied: 0, degraded: 0, error: 0 },
  latenciesMs: [],
  seconds: [],
};

/** The tally after more answers came. */
export function addAnswers(tally: Tally, answers: readonly Answer[]): Tally {
  if (answers.length === 0) return tally;
  const counts = { ...tally.counts };
  const latenciesMs = [...tally.latenciesMs];
  const bySecond = new Map(tally.seconds.map((entry) => [entry.second, entry]));
  let newest = 0;
  for (const { outcome, latencyMs, receivedAtMs } of answers) {
    counts[outcome] += 1;
    if (outcome === 'error') continue;
    latenciesMs.push(latencyMs);
    const second = Math.floor(receivedAtMs / 1_000);
    const { allowed, denied } = bySecond.get(second) ?? { allowed: 0, denied: 0 };
    const isDenied = outcome === 'denied';
    bySecond.set(second, {
      second,
      allowed: allowed + (isDenied ? 0 : 1),
      denied: denied + (isDenied ? 1 : 0),
    });
    newest = Math.max(newest, second);
  }
  return {
    counts,
    latenciesMs: latenciesMs.slice(-REMEMBERED_LATENCIES),
    seconds: [...bySecond.values()]
      .filter(({ second }) => second > newest - 2 * CHART_SECONDS)
      .sort((a, b) => a.second - b.second),
  };
}

/** Requests that were answered or failed. */
export function answeredCount({ counts }: Tally): number {
  return counts.allowed + counts.denied + counts.degraded + counts.error;
}

/** Share of requests that passed, 0 to 1; undefined before the first answer. */
export function successRate(tally: Tally): number | undefined {
  const total = answeredCount(tally);
  return total === 0 ? undefined : (tally.counts.allowed + tally.counts.degraded) / total;
}

/** Nearest-rank percentile; undefined of nothing. @param share 0 to 1 */
export function percentile(values: readonly number[], share: number): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}

/** One entry for each of the last 60 s up to and including the second of `nowMs`, oldest first. */
export function chartSeconds(tally: Tally, nowMs: number): SecondTally[] {
  const last = Math.floor(nowMs / 1_000);
  const known = new Map(tally.seconds.map((entry) => [entry.second, entry]));
  return Array.from({ length: CHART_SECONDS }, (_, index) => {
    const second = last - CHART_SECONDS + 1 + index;
    return known.get(second) ?? { second, allowed: 0, denied: 0 };
  });
}
