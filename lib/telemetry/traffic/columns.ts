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
      const { [point]: allowed = 0 } = from.allowed;
      const { [point]: denied = 0 } = from.denied;
      const { [point]: errors = 0 } = from.errors;
      const { [point]: p50 = null } = from.p50;
      const { [point]: p95 = null } = from.p95;
      const { [point]: p99 = null } = from.p99;
      this.set(at + offset, { allowed, denied, errors }, { p50, p95, p99 });
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
