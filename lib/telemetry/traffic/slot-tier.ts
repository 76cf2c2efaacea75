import { SLOTS } from './cell-slots';
import { type Frame, FUTURE_TAKEN, type Slot } from './port';
import { SlotChunk } from './slot-chunk';

export interface SlotTierOptions {
  /** Length of a slot, seconds. */
  readonly slotSeconds: number;
  /** How long it is kept, seconds. */
  readonly keptSeconds: number;
  /** Of the heap, approximately; beyond it the oldest chunk goes before its time. */
  readonly mostBytes: number;
}

/** Slots of one length in chunks of sixty: memory follows activity, and what is old goes at once. */
export class SlotTier {
  readonly slotSeconds: number;
  /** Length of a chunk. */
  readonly chunkSeconds: number;
  private readonly keptSeconds: number;
  private readonly mostBytes: number;
  private readonly chunks = new Map<number, SlotChunk>();

  constructor({ slotSeconds, keptSeconds, mostBytes }: SlotTierOptions) {
    this.slotSeconds = slotSeconds;
    this.chunkSeconds = slotSeconds * SLOTS;
    this.keptSeconds = keptSeconds;
    this.mostBytes = mostBytes;
  }

  /** @param nowSeconds Unix seconds; what is too old by it, or far in its future, is left out */
  put({ instance, replica }: Frame, slot: Slot, nowSeconds: number): void {
    const { at } = slot;
    const { slotSeconds, chunkSeconds } = this;
    if (at > nowSeconds + FUTURE_TAKEN || at < this.oldest(nowSeconds)) return;
    if (at % slotSeconds !== 0) return;
    const start = at - (at % chunkSeconds);
    const chunk = this.chunks.get(start) ?? this.open(start, nowSeconds);
    chunk.put(instance, replica, (at - start) / slotSeconds, slot);
  }

  /** @param start Unix seconds, a multiple of `chunkSeconds` */
  chunkAt(start: number): SlotChunk | undefined {
    return this.chunks.get(start);
  }

  /** Of the heap, approximately. */
  get bytes(): number {
    let bytes = 0;
    for (const chunk of this.chunks.values()) bytes += chunk.bytes;
    return bytes;
  }

  /** Makes room: what has had its time goes, and the oldest while there is too much. */
  expire(nowSeconds: number): void {
    const starts = [...this.chunks.keys()].sort((one, other) => one - other);
    const oldest = this.oldest(nowSeconds);
    for (const start of starts) {
      const isOld = start + this.chunkSeconds <= oldest;
      if (!isOld && this.bytes <= this.mostBytes) return;
      this.chunks.delete(start);
    }
  }

  private open(start: number, nowSeconds: number): SlotChunk {
    this.expire(nowSeconds);
    const chunk = new SlotChunk();
    this.chunks.set(start, chunk);
    return chunk;
  }

  private oldest(nowSeconds: number): number {
    return nowSeconds - this.keptSeconds - this.slotSeconds;
  }
}
