import type { BlockedClient, BlockedReport, BlockedSlot } from './port';

interface Tally extends Pick<BlockedClient, 'kind' | 'value'> {
  count: number;
  error: number;
}

/**
 * Adds up who was refused in several slots (Agarwal and others: "Mergeable Summaries", 2012). A slot
 * that does not list a client may have refused it as often as its floor, so that much is added to
 * its count and to its error. A client that every slot lists without an error is counted exactly.
 */
export class BlockedMerge {
  private total = 0;
  private floors = 0;
  private readonly tallies = new Map<string, Tally>();

  add({ total, floor, clients }: BlockedSlot): void {
    this.total += total;
    this.floors += floor;
    for (const { kind, value, count, error } of clients) {
      const key = `${kind}:${value}`;
      const tally = this.tallies.get(key);
      if (tally === undefined) {
        this.tallies.set(key, { kind, value, count: count - floor, error: error - floor });
      } else {
        tally.count += count - floor;
        tally.error += error - floor;
      }
    }
  }

  /** @param most how many clients to list */
  report(most: number): BlockedReport {
    const { total, floors } = this;
    const clients = mostCounted(this.tallies.values(), most).map((tally) => {
      const count = tally.count + floors;
      const error = Math.min(tally.error + floors, count);
      return { kind: tally.kind, value: tally.value, count, error };
    });
    const errors = clients.map(({ error }) => error);
    return { total, error_bound: Math.max(floors, ...errors), clients };
  }
}

/** Without sorting them all: there may be a hundred thousand. */
function mostCounted(tallies: Iterable<Tally>, most: number): Tally[] {
  const chosen: Tally[] = [];
  for (const tally of tallies) {
    const least = chosen[most - 1];
    if (least !== undefined && tally.count <= least.count) continue;
    const place = chosen.findIndex(({ count }) => count < tally.count);
    chosen.splice(place === -1 ? chosen.length : place, 0, tally);
    if (chosen.length > most) chosen.pop();
  }
  return chosen;
}
