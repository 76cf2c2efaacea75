import type { BlockedClient, BlockedReport, BlockedSlot } from './port';

interface Tally extends Pick<BlockedClient, 'kind' | 'value'> {
  count: number;
  error: number;
}

/**
 * Adds up who was refused in several slots (Agarwal and others: "Mergeable Summaries", 2012). A slot
 * that does not list a client may have refused it as often as its floor, so that much is added to
 * its count and to its error. With no slot in which a client came in late, its count is exact.
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
    const clients = [...this.tallies.values()]
      .sort((one, other) => other.count - one.count)
      .slice(0, most)
      .map(({ kind, value, count, error }) => {
        const sum = count + floors;
        return { kind, value, count: sum, error: Math.min(error + floors, sum) };
      });
    const errors = clients.map(({ error }) => error);
    return { total, error_bound: Math.max(floors, ...errors), clients };
  }
}
