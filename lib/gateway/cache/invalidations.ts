/** What was forgotten of late, so that an answer from before does not bring it back. */
export interface Invalidations {
  /** A point in time to ask from. */
  mark(): number;
  note(key: string): void;
  /** Whether a key was noted after the mark; with small odds true when it was not. */
  since(key: string, mark: number): boolean;
}

/** Keys share slots by their hash, which costs an answer that is not kept now and then, and no memory. */
const SLOTS = 4_096;

export function createInvalidations(): Invalidations {
  const latest = new Float64Array(SLOTS);
  let count = 0;
  return {
    mark: () => count,
    note(key) {
      count += 1;
      latest[slotOf(key)] = count;
    },
    since: (key, mark) => (latest[slotOf(key)] ?? 0) > mark,
  };
}

/** FNV-1a, folded to a slot. */
function slotOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  return (hash ^ (hash >>> 16)) & (SLOTS - 1);
}
