import type { Cell, Counts, TrafficFilter } from './port';
import type { TrafficTally } from './traffic-tally';

/** Slots in a chunk: the seconds of a minute, or the minutes of an hour. */
export const SLOTS = 60;
const NUMBERS = 3;
/** What one takes besides the characters of its latencies, bytes: measured. */
const OWN_BYTES = 2_600;

/** A cell of one instance, and what it had in the slots of a chunk. */
export class CellSlots implements Cell {
  private readonly numbers = new Uint32Array(SLOTS * NUMBERS);
  /** Packed, as `packLatency` gives them. */
  private readonly latencies: string[] = new Array<string>(SLOTS).fill('');
  /** Of all slots together, once it was asked for. */
  private sum: { readonly counts: Counts; readonly packed: string } | undefined;

  constructor(
    readonly replica: string,
    readonly route: string,
    readonly policy: string,
  ) {}

  /** @param packed see `packLatency` @returns by how many bytes it grew */
  set(slot: number, { allowed, denied, errors }: Counts, packed: string): number {
    this.numbers.set([allowed, denied, errors], slot * NUMBERS);
    const grown = packed.length - (this.latencies[slot] ?? '').length;
    this.latencies[slot] = packed;
    this.sum = undefined;
    return grown;
  }

  requests(slot: number): number {
    const { numbers } = this;
    const at = slot * NUMBERS;
    return (numbers[at] ?? 0) + (numbers[at + 1] ?? 0) + (numbers[at + 2] ?? 0);
  }

  /** Adds a slot to a tally. */
  addTo(tally: TrafficTally, slot: number): void {
    const { numbers } = this;
    const at = slot * NUMBERS;
    const allowed = numbers[at] ?? 0;
    const denied = numbers[at + 1] ?? 0;
    const errors = numbers[at + 2] ?? 0;
    tally.mergePacked({ allowed, denied, errors }, this.latencies[slot] ?? '');
  }

  /**
   * Adds slots to a tally.
   * @param scratch cleared and used meanwhile
   */
  addRange(tally: TrafficTally, first: number, end: number, scratch: TrafficTally): void {
    if (first > 0 || end < SLOTS) {
      for (let slot = first; slot < end; slot++) {
        if (this.requests(slot) > 0) this.addTo(tally, slot);
      }
      return;
    }
    this.sum ??= this.summed(scratch);
    tally.mergePacked(this.sum.counts, this.sum.packed);
  }

  matches({ route, policy, replica }: TrafficFilter): boolean {
    return (
      (route === undefined || route === this.route) &&
      (policy === undefined || policy === this.policy) &&
      (replica === undefined || replica === this.replica)
    );
  }

  /** Of the heap, approximately. */
  get bytes(): number {
    return this.latencies.reduce((sum, { length }) => sum + length, OWN_BYTES);
  }

  private summed(scratch: TrafficTally) {
    scratch.clear();
    for (let slot = 0; slot < SLOTS; slot++) {
      if (this.requests(slot) > 0) this.addTo(scratch, slot);
    }
    const { allowed, denied, errors, latency } = scratch;
    return { counts: { allowed, denied, errors }, packed: latency.pack() };
  }
}
