import type { RequestVerdict } from '../../gateway';
import { MOST_CELLS } from './frame-schema';
import type { LatencyPrecision } from './latency-histogram';
import { type Cell, type CellCounts, OTHER, type Slot } from './port';
import { SlotClock } from './slot-clock';
import { TrafficTally } from './traffic-tally';

const MINUTE = 60;
const SECOND_MS = 1_000;

/** The cell of a route and a policy in the second and the minute under way. */
class LiveCell implements Cell {
  readonly second = new TrafficTally();
  /** Without the second under way. */
  readonly minute = new TrafficTally();
  /** The second as it stands, once it was told. */
  told: CellCounts | undefined;

  constructor(
    readonly route: string,
    readonly policy: string,
  ) {}
}

/**
 * The second and the minute under way, by route and policy. Requests are counted by second; a minute
 * is its seconds, added up as they end. Beyond 500 cells in a minute, all others are counted as one.
 */
export class TrafficSlots {
  /** Requests of the last second that is over. */
  lastSecond = 0;
  private readonly cells = new Map<string, Map<string, LiveCell>>();
  private cellCount = 0;
  private readonly scratch = new TrafficTally();
  private readonly clock = new SlotClock(SECOND_MS);
  /** With requests in the second under way, and in the minute. */
  private ofSecond: LiveCell[] = [];
  private ofMinute: LiveCell[] = [];
  private isSecondChanged = false;
  private isMinuteChanged = false;
  private endedSeconds: Slot[] = [];
  private endedMinutes: Slot[] = [];

  /** @param latencyMs to the head of the answer @param nowMs Unix ms */
  record(
    route: string,
    policy: string,
    verdict: RequestVerdict,
    latencyMs: number,
    nowMs: number,
  ): void {
    this.turnTo(nowMs);
    const cell = this.cells.get(route)?.get(policy) ?? this.open(route, policy);
    const { second, minute } = cell;
    if (second.requests === 0) {
      this.ofSecond.push(cell);
      if (minute.requests === 0) this.ofMinute.push(cell);
    }
    second.record(verdict, latencyMs);
    cell.told = undefined;
    this.isSecondChanged = true;
    this.isMinuteChanged = true;
  }

  /** Slots that changed since it was asked last. @param nowMs Unix ms */
  changed(nowMs: number): { readonly seconds: readonly Slot[]; readonly minutes: readonly Slot[] } {
    this.turnTo(nowMs);
    if (this.isSecondChanged) this.endedSeconds.push(this.secondSlot());
    if (this.isMinuteChanged) this.endedMinutes.push(this.minuteSlot());
    const changed = { seconds: this.endedSeconds, minutes: this.endedMinutes };
    this.endedSeconds = [];
    this.endedMinutes = [];
    return changed;
  }

  private open(route: string, policy: string): LiveCell {
    const isFull = this.cellCount >= MOST_CELLS - 1;
    return isFull ? this.cellOf(OTHER, OTHER) : this.cellOf(route, policy);
  }

  private cellOf(route: string, policy: string): LiveCell {
    const ofRoute = this.cells.get(route) ?? new Map<string, LiveCell>();
    const known = ofRoute.get(policy);
    if (known !== undefined) return known;
    const cell = new LiveCell(route, policy);
    this.keep(cell);
    return cell;
  }

  private keep(cell: LiveCell): void {
    const ofRoute = this.cells.get(cell.route);
    if (ofRoute === undefined) this.cells.set(cell.route, new Map([[cell.policy, cell]]));
    else ofRoute.set(cell.policy, cell);
    this.cellCount += 1;
  }

  private turnTo(nowMs: number): void {
    if (!this.clock.isOver(nowMs)) return;
    const next = Math.floor(nowMs / SECOND_MS);
    this.endSecond(next);
    if (minuteOf(next) !== minuteOf(this.second)) this.endMinute();
    this.clock.turnTo(nowMs);
  }

  private get second(): number {
    return this.clock.startMs / SECOND_MS;
  }

  private endSecond(next: number): void {
    if (this.isSecondChanged) this.endedSeconds.push(this.secondSlot());
    let requests = 0;
    for (const cell of this.ofSecond) {
      requests += cell.second.requests;
      cell.minute.merge(cell.second);
      cell.second.clear();
      cell.told = undefined;
    }
    this.lastSecond = next === this.second + 1 ? requests : 0;
    this.ofSecond = [];
  }

  private endMinute(): void {
    if (this.isMinuteChanged) this.endedMinutes.push(this.minuteSlot());
    this.cells.clear();
    this.cellCount = 0;
    for (const cell of this.ofMinute) {
      cell.minute.clear();
      this.keep(cell);
    }
    this.ofMinute = [];
  }

  private secondSlot(): Slot {
    this.isSecondChanged = false;
    const cells = this.ofSecond.map((cell) => {
      cell.told ??= countsOf(cell, cell.second, 'fine');
      return cell.told;
    });
    return { at: this.second, cells };
  }

  private minuteSlot(): Slot {
    this.isMinuteChanged = false;
    const cells = this.ofMinute.map((cell) => {
      this.scratch.clear();
      this.scratch.merge(cell.minute);
      this.scratch.merge(cell.second);
      return countsOf(cell, this.scratch, 'coarse');
    });
    return { at: minuteOf(this.second), cells };
  }
}

function countsOf(
  { route, policy }: Cell,
  { allowed, denied, errors, latency }: TrafficTally,
  precision: LatencyPrecision,
): CellCounts {
  return { route, policy, allowed, denied, errors, latency: latency.encode(precision) };
}

function minuteOf(second: number): number {
  return second - (second % MINUTE);
}
