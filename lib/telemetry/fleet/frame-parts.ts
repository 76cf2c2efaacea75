import { MOST_SLOTS } from '../traffic/frame-schema';
import type { BlockedSlot, Frame, Slot } from '../traffic/port';

/** Characters of a part, about: what Redis takes in at once, and its subscribers' buffers hold. */
const MOST_CHARACTERS = 524_288;
/** Of a cell or a client, beside its texts. */
const CHARACTERS_OF_NUMBERS = 60;

/**
 * A frame in parts that are small enough, the oldest slots of each kind first; after an outage it
 * holds much of what was counted meanwhile. Nearly always it is one.
 */
export function partsOf(frame: Frame): readonly Frame[] {
  const { seconds, minutes, blocked } = frame;
  const slots = [...seconds, ...minutes, ...blocked];
  const size = slots.reduce((sum, slot) => sum + sizeOf(slot), 0);
  if (size <= MOST_CHARACTERS && slots.length <= MOST_SLOTS) return [frame];
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
  let run: S[] = [];
  let size = 0;
  for (const slot of slots) {
    size += sizeOf(slot);
    if (runs.length === 0 || size > MOST_CHARACTERS || run.length === MOST_SLOTS) {
      run = [];
      runs.push(run);
      size = sizeOf(slot);
    }
    run.push(slot);
  }
  return runs;
}

function sizeOf(slot: Slot | BlockedSlot): number {
  let size = CHARACTERS_OF_NUMBERS;
  if ('clients' in slot) {
    for (const { value } of slot.clients) size += value.length + CHARACTERS_OF_NUMBERS;
    return size;
  }
  for (const { route, policy, latency } of slot.cells) {
    size += route.length + policy.length + latency.length + CHARACTERS_OF_NUMBERS;
  }
  return size;
}
