/** Adds to what is known when keys were used; earlier times than known are ignored. */
export function mergeUses(known: Map<string, number>, uses: ReadonlyMap<string, number>): void {
  for (const [id, atMs] of uses) {
    if (atMs > (known.get(id) ?? 0)) known.set(id, atMs);
  }
}
