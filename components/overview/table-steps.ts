import type { Timeline } from './timeline';

/** A stretch of a timeline as a row that can be read out. */
export interface TableStep {
  /** Unix seconds. */
  readonly at: number;
  readonly allowed: number;
  readonly denied: number;
  readonly errors: number;
  /** The highest of its percentiles, ms; null without requests. */
  readonly p95: number | null;
}

/** More rows than anybody listens to. */
const MOST_ROWS = 60;

/** A timeline in few enough rows. */
export function tableSteps(timeline: Timeline): TableStep[] {
  const size = Math.max(1, Math.ceil(timeline.at.length / MOST_ROWS));
  const rows: TableStep[] = [];
  for (let first = 0; first < timeline.at.length; first += size) {
    const part = <T>(column: readonly T[]) => column.slice(first, first + size);
    const total = (column: readonly (number | null)[]) =>
      part(column).reduce<number>((sum, count) => sum + (count ?? 0), 0);
    rows.push({
      at: timeline.at[first] ?? 0,
      allowed: total(timeline.allowed),
      denied: total(timeline.denied),
      errors: total(timeline.errors),
      p95: part(timeline.p95).reduce<number | null>(
        (highest, p95) => (p95 === null ? highest : Math.max(highest ?? 0, p95)),
        null,
      ),
    });
  }
  return rows;
}
