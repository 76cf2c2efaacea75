import { latencyOf } from './latency-figures';
import type { Counts, Latency, TrafficSeries } from './port';
import type { TrafficTally } from './traffic-tally';

/** Series that are filled in point by point. */
export class TrafficColumns implements TrafficSeries {
  readonly allowed: number[];
  readonly denied: number[];
  readonly errors: number[];
  readonly p50: (number | null)[];
  readonly p95: (number | null)[];
  readonly p99: (number | null)[];

  constructor(readonly points: number) {
    this.allowed = new Array<number>(points).fill(0);
    this.denied = new Array<number>(points).fill(0);
    this.errors = new Array<number>(points).fill(0);
    this.p50 = new Array<number | null>(points).fill(null);
    this.p95 = new Array<number | null>(points).fill(null);
    this.p99 = new Array<number | null>(points).fill(null);
  }

  put(point: number, tally: TrafficTally): void {
    this.set(point, tally, latencyOf(tally.latency));
  }

  /** @param first of `from` @param at where that one goes @param count how many */
  copy(from: TrafficColumns, first: number, at: number, count: number): void {
    for (let offset = 0; offset < count; offset++) {
      const point = first + offset;
      const counts = {
        allowed: from.allowed[point] ?? 0,
        denied: from.denied[point] ?? 0,
        errors: from.errors[point] ?? 0,
      };
      const latency = {
        p50: from.p50[point] ?? null,
        p95: from.p95[point] ?? null,
        p99: from.p99[point] ?? null,
      };
      this.set(at + offset, counts, latency);
    }
  }

  private set(
    point: number,
    { allowed, denied, errors }: Counts,
    { p50, p95, p99 }: Latency,
  ): void {
    this.allowed[point] = allowed;
    this.denied[point] = denied;
    this.errors[point] = errors;
    this.p50[point] = p50;
    this.p95[point] = p95;
    this.p99[point] = p99;
  }
}
