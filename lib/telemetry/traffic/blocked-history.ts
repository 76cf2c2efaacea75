import { BlockedMerge } from './blocked-merge';
import {
  BLOCKED_SECONDS,
  type BlockedReport,
  type BlockedSlot,
  type Frame,
  FUTURE_TAKEN,
  MINUTES_KEPT,
  SECONDS_KEPT,
  type TrafficQuery,
} from './port';

/** Seconds. */
const KEPT = { minute: SECONDS_KEPT, hour: MINUTES_KEPT * BLOCKED_SECONDS.minute } as const;
/** Instances in a slot; there are as many as processes were started in that time. */
const MOST_INSTANCES = 500;
const MOST_LISTED = 20;

/** Who was refused: an hour of minutes and a week of hours, of all instances. */
export class BlockedHistory {
  private readonly slots = {
    minute: new Map<number, Map<string, BlockedSlot>>(),
    hour: new Map<number, Map<string, BlockedSlot>>(),
  };

  /** @param nowSeconds Unix seconds; what is too old by it, or far in its future, is left out */
  put({ instance }: Frame, slot: BlockedSlot, nowSeconds: number): void {
    const { at, span, total } = slot;
    const length = BLOCKED_SECONDS[span];
    const kept = KEPT[span];
    if (at > nowSeconds + FUTURE_TAKEN || at % length !== 0 || at < nowSeconds - kept - length)
      return;
    const slots = this.slots[span];
    const instances = slots.get(at) ?? new Map<string, BlockedSlot>();
    const known = instances.get(instance);
    if (known === undefined ? instances.size >= MOST_INSTANCES : known.total >= total) return;
    instances.set(instance, slot);
    if (slots.has(at)) return;
    slots.set(at, instances);
    for (const old of slots.keys()) if (old < nowSeconds - kept - length) slots.delete(old);
  }

  /**
   * By minutes within the last hour, by whole hours where any of it lies before.
   * @param nowSeconds Unix seconds @param pause waits where others wait for their turn
   */
  async report(
    { from, to }: Pick<TrafficQuery, 'from' | 'to'>,
    nowSeconds: number,
    pause: () => Promise<void>,
  ): Promise<BlockedReport> {
    const areMinutesKept = from >= nowSeconds - KEPT.minute - BLOCKED_SECONDS.minute;
    const span = areMinutesKept ? 'minute' : 'hour';
    const merge = new BlockedMerge();
    for (const [at, instances] of this.slots[span]) {
      if (at + BLOCKED_SECONDS[span] <= from || at >= to) continue;
      for (const slot of instances.values()) merge.add(slot);
      await pause();
    }
    return merge.report(MOST_LISTED);
  }
}
