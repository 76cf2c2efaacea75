import { MOST_CLIENTS } from './frame-schema';
import { BLOCKED_SECONDS, type BlockedSlot, type TrafficIdentity } from './port';
import { SlotClock } from './slot-clock';
import { SpaceSaving } from './space-saving';

/** Clients counted at a time, in each of the two. */
const COUNTERS = 1_000;
const SECOND_MS = 1_000;

/** Who is refused in a minute or an hour. */
export class BlockedTime {
  private readonly sketch = new SpaceSaving(COUNTERS);
  private readonly clock: SlotClock;
  private isChanged = false;
  private ended: BlockedSlot[] = [];

  constructor(private readonly span: BlockedSlot['span']) {
    this.clock = new SlotClock(BLOCKED_SECONDS[span] * SECOND_MS);
  }

  /** @param value bounded @param nowMs Unix ms */
  hit(kind: TrafficIdentity['kind'], value: string, nowMs: number): void {
    this.turnTo(nowMs);
    this.sketch.hit(kind, value);
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
    if (!this.clock.isOver(nowMs)) return;
    this.tell();
    this.sketch.clear();
    this.clock.turnTo(nowMs);
  }

  private tell(): void {
    if (!this.isChanged) return;
    this.isChanged = false;
    const at = this.clock.startMs / SECOND_MS;
    const { total } = this.sketch;
    this.ended.push({ at, span: this.span, total, ...this.sketch.top(MOST_CLIENTS) });
  }
}
