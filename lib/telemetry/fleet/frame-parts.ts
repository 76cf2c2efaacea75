import type { BlockedSlot, Frame, Slot } from '../traffic/port';

/** Cells and clients of a part, about: what Redis takes in at once, and its subscribers' buffers hold. */
const MOST_WEIGHT = 1_000;

/**
 * A frame in parts that are small enough, the oldest slots first; after an outage it holds all that
 * was counted meanwhile. Nearly always it is one.
 */
export function partsOf(frame: Frame): readonly Frame[] {
  const { seconds, minutes, blocked } = frame;
  const weight = [...seconds, ...minutes, ...blocked].reduce(
    (sum, slot) => sum + weightOf(slot),
    0,
  );
  if (weight <= MOST_WEIGHT) return [frame];
  const empty = { ...frame, seconds: [], minutes: [], blocked: [], decisions: [] };
  return [
    ...runsOf(seconds).map((run) => ({ ...empty, seconds: run })),
    ...runsOf(minutes).map((run) => ({ ...empty, minutes: run })),
    ...runsOf(blocked).map((run) => ({ ...empty, blocked: run })),
    { ...empty, decisions: frame.decisions },
  ];
}

function runsOf<S extends Slot | BlockedSlot>(slots: readonly S[]): S[][] {
  const runs: S[][] = [];
  let weight = MOST_WEIGHT;
  for (const slot of slots) {
    weight += weightOf(slot);
    if (weight > MOST_WEIGHT) {
      runs.push([]);
      weight = weightOf(slot);
    }
    runs.at(-1)?.push(slot);
  }
  return runs;
}

function weightOf(slot: Slot | BlockedSlot): number {
  return 1 + ('cells' in slot ? slot.cells.length : slot.clients.length);
}
