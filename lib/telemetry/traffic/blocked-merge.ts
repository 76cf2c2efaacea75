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
    const clients = mostCertain(this.tallies.values(), most).map((tally) => {
      const count = tally.count + floors;
      const error = Math.min(tally.error + floors, count);
      return { kind: tally.kind, value: tally.value, count, error };
    });
    const errors = clients.map(({ error }) => error);
    return { total, error_bound: Math.max(floors, ...errors), clients };
  }
}

/**
 * Those that were certainly refused most often: in a flood of clients that come once, each has a
 * count, and hardly any of it is its own. Without sorting them all: there may be a hundred thousand.
 */
function mostCertain(tallies: Iterable<Tally>, most: number): Tally[] {
  const chosen: Tally[] = [];
  for (const tally of tallies) {
    const certain = certainOf(tally);
    const least = chosen[most - 1];
    if (least !== undefined && certain <= certainOf(least)) continue;
    const place = chosen.findIndex((other) => certainOf(other) < certain);
    chosen.splice(place === -1 ? chosen.length : place, 0, tally);
    if (chosen.length > most) chosen.pop();
  }
  return chosen;
}

function certainOf({ count, error }: Tally): number {
  return count - error;
}
