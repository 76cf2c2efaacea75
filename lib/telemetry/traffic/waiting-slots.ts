import { MOST_CELLS, MOST_SLOTS } from './frame-schema';

/** Cells that wait, of one kind of slots: beyond it the oldest slots are lost. */
const MOST_CELLS_KEPT = 100_000;
/** Cells taken at a time, beyond the first slot. */
const MOST_CELLS_TAKEN = 4 * MOST_CELLS;

/** Slots that wait to be sent, each in its newest telling. */
export interface WaitingSlots<Slot> {
  put(key: string, slot: Slot): void;
  /** The newest, as many as a frame holds. They wait on until they are done. */
  newest(): readonly Slot[];
  /** These have arrived. What was told anew since then waits on. */
  done(slots: readonly Slot[]): void;
  readonly isEmpty: boolean;
}

/** @param most slots; beyond it the oldest are lost @param cellsOf how much a slot holds */
export function createWaitingSlots<Slot>(
  most: number,
  cellsOf: (slot: Slot) => number,
): WaitingSlots<Slot> {
  /** Oldest telling first. */
  const waiting = new Map<string, Slot>();
  const keys = new Map<Slot, string>();
  let cells = 0;

  function drop(key: string, slot: Slot): void {
    waiting.delete(key);
    keys.delete(slot);
    cells -= cellsOf(slot);
  }

  return {
    put(key, slot) {
      const before = waiting.get(key);
      if (before !== undefined) drop(key, before);
      waiting.set(key, slot);
      keys.set(slot, key);
      cells += cellsOf(slot);
      for (const [oldestKey, oldest] of waiting) {
        if (waiting.size <= most && cells <= MOST_CELLS_KEPT) break;
        drop(oldestKey, oldest);
      }
    },
    newest() {
      const taken: Slot[] = [];
      let takenCells = 0;
      for (const slot of [...waiting.values()].reverse()) {
        takenCells += cellsOf(slot);
        if (taken.length > 0 && takenCells > MOST_CELLS_TAKEN) break;
        taken.push(slot);
        if (taken.length === MOST_SLOTS) break;
      }
      return taken;
    },
    done(slots) {
      for (const slot of slots) {
        const key = keys.get(slot);
        if (key !== undefined) drop(key, slot);
      }
    },
    get isEmpty() {
      return waiting.size === 0;
    },
  };
}
