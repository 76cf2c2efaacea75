import type { RequestVerdict } from '../../gateway';
import { LatencyHistogram } from './latency-histogram';
import type { Counts } from './port';

/** Requests added up, with their latencies. 16 KiB: made to be used again. */
export class TrafficTally implements Counts {
  allowed = 0;
  denied = 0;
  errors = 0;
  readonly latency = new LatencyHistogram();

  /** @param latencyMs to the head of the answer */
  record(verdict: RequestVerdict, latencyMs: number): void {
    if (verdict === 'allowed') this.allowed += 1;
    else if (verdict === 'denied') this.denied += 1;
    else this.errors += 1;
    this.latency.record(latencyMs);
  }

  merge(other: TrafficTally): void {
    this.add(other);
    this.latency.merge(other.latency);
  }

  /** @param packed their latencies: see `packLatency` */
  mergePacked(counts: Counts, packed: string): void {
    this.add(counts);
    this.latency.mergePacked(packed);
  }

  clear(): void {
    this.allowed = 0;
    this.denied = 0;
    this.errors = 0;
    this.latency.clear();
  }

  get requests(): number {
    return this.allowed + this.denied + this.errors;
  }

  private add({ allowed, denied, errors }: Counts): void {
    this.allowed += allowed;
    this.denied += denied;
    this.errors += errors;
  }
}
