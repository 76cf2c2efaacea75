import type { Block } from './block';
import type { TrafficWindow } from './windows';

/**
 * Which block each place of a window was given to, in order of places, by the window's start
 * (Unix ms), oldest first.
 */
export type Places = ReadonlyMap<number, readonly number[]>;

export const NO_PLACES: Places = new Map();

/**
 * Gives every block a place in its window and leaves all where they stood. Around the end of a window
 * a block may turn out to be counted by another one than it was shown in, with its neighbours not
 * answered yet: it stands last where it comes to, and where it leaves its place stays empty. Only the
 * end of the newest window is cleared, as nothing stands behind it.
 * @param before what this returned last; returned again if nothing changed
 * @param windows oldest first
 * @param pageSize places that are forgotten together, once none of their blocks is known
 */
export function arrange(
  before: Places,
  windows: readonly TrafficWindow[],
  pageSize: number,
): Places {
  const members = new Map(windows.map(({ startMs, blocks }) => [startMs, idsOf(blocks)]));
  const known = idsOf(windows.flatMap(({ blocks }) => blocks));
  const newestMs = Math.max(...before.keys());
  const starts = [...new Set([...before.keys(), ...members.keys()])].sort((a, b) => a - b);
  const after = new Map<number, readonly number[]>();
  for (const startMs of starts) {
    const own = members.get(startMs);
    const stood = withoutForgotten(before.get(startMs) ?? [], known, pageSize);
    const kept = startMs === newestMs ? withoutLastLeavers(stood, own) : stood;
    const taken = new Set(kept);
    const places = [...kept, ...[...(own ?? [])].filter((id) => !taken.has(id))];
    if (own !== undefined || places.length > 0) after.set(startMs, places);
  }
  return isSame(before, after) ? before : after;
}

/** A window with its blocks, each in its place; undefined where nobody stands any more. */
export interface PlacedWindow {
  /** Unix ms on the server's clock. */
  readonly startMs: number;
  readonly places: readonly (Block | undefined)[];
}

/** Who stands where, oldest window first. A window that all its blocks left is still there. */
export function standing(
  places: Places,
  windows: readonly TrafficWindow[],
): readonly PlacedWindow[] {
  const blocks = new Map(windows.map((window) => [window.startMs, window.blocks]));
  return [...places].map(([startMs, ids]) => {
    const byId = new Map(blocks.get(startMs)?.map((block) => [block.id, block]));
    return { startMs, places: ids.map((id) => byId.get(id)) };
  });
}

function idsOf(blocks: readonly Block[]): ReadonlySet<number> {
  return new Set(blocks.map(({ id }) => id));
}

function withoutForgotten(
  places: readonly number[],
  known: ReadonlySet<number>,
  pageSize: number,
): readonly number[] {
  const first = places.findIndex((id) => known.has(id));
  return first === -1 ? [] : places.slice(first - (first % pageSize));
}

function withoutLastLeavers(
  places: readonly number[],
  own: ReadonlySet<number> | undefined,
): readonly number[] {
  return places.slice(0, places.findLastIndex((id) => own?.has(id) ?? false) + 1);
}

function isSame(a: Places, b: Places): boolean {
  if (a.size !== b.size) return false;
  for (const [startMs, places] of a) {
    const others = b.get(startMs);
    if (others?.length !== places.length) return false;
    if (places.some((id, place) => id !== others[place])) return false;
  }
  return true;
}
