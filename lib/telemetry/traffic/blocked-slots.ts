import { MOST_CLIENTS } from './frame-schema';
import type { BlockedSlot, TrafficIdentity } from './port';
import { SpaceSaving } from './space-saving';

/** Clients counted at a time, in each of the two. */
const COUNTERS = 1_000;
const SECOND_MS = 1_000;
const LONGEST_STEP_BACK_MS = 60_000;
const spans = { minute: 60, hour: 3_600 } as const;

/** Who is refused in a minute or an hour. Like traffic's, it never goes back to an earlier one. */
export class BlockedTime {
  private readonly sketch = new SpaceSaving(COUNTERS);
  private readonly lengthMs: number;
  private endMs = 0;
  private isChanged = false;
  private ended: BlockedSlot[] = [];

  constructor(private readonly span: BlockedSlot['span']) {
    this.lengthMs = spans[span] * SECOND_MS;
  }

  /** @param nowMs Unix ms */
  hit(identity: TrafficIdentity, nowMs: number): void {
    this.turnTo(nowMs);
    this.sketch.hit(identity);
    this.isChanged = true;
  }

  /** What changed since it was asked last. @param nowMs Unix ms */
  changed(nowMs: number): readonly BlockedSlot[] {
    this.turnTo(nowMs);
    this.tell();
    const changed = this.ended;
    this.ended = [];
    return changed;
  }

  private turnTo(nowMs: number): void {
    const { endMs, lengthMs } = this;
    if (nowMs < endMs && nowMs >= endMs - lengthMs - LONGEST_STEP_BACK_MS) return;
    this.tell();
    this.sketch.clear();
    this.endMs = nowMs - (nowMs % lengthMs) + lengthMs;
  }

  private tell(): void {
    if (!this.isChanged) return;
    this.isChanged = false;
    const { total } = this.sketch;
    const at = (this.endMs - this.lengthMs) / SECOND_MS;
    this.ended.push({ at, span: this.span, total, ...this.sketch.top(MOST_CLIENTS) });
  }
}
