/** A clock that goes back further was set by somebody; one that goes back less was put right. */
const LONGEST_STEP_BACK_MS = 60_000;

/**
 * The slot of time under way: the one that the clock last turned to. It never goes back to an earlier
 * one while the clock is only put right, so that what was told of those stays true.
 */
export class SlotClock {
  /** Unix ms; 0 before the first turn. */
  startMs = 0;
  private endMs = 0;

  /** @param lengthMs of a slot */
  constructor(private readonly lengthMs: number) {}

  /** Whether another slot is under way. @param nowMs Unix ms */
  isOver(nowMs: number): boolean {
    return nowMs >= this.endMs || nowMs < this.startMs - LONGEST_STEP_BACK_MS;
  }

  /** @param nowMs Unix ms */
  turnTo(nowMs: number): void {
    this.startMs = nowMs - (nowMs % this.lengthMs);
    this.endMs = this.startMs + this.lengthMs;
  }
}
