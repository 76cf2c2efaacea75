import { CellSlots } from './cell-slots';
import type { TrafficColumns } from './columns';
import { packLatency } from './latency-code';
import { type CellCounts, type Counts, OTHER, type Slot, type TrafficFilter } from './port';
import { TrafficTally } from './traffic-tally';

/** Cells of all instances together; those beyond it are counted as one for each instance. */
const MOST_CELLS = 2_000;
/** Cells with those. */
const MOST_WITH_OTHERS = 2_500;
/** Columns that are kept, for as many different questions. */
const MOST_COLUMNS = 4;
const NO_COUNTS: Counts = { allowed: 0, denied: 0, errors: 0 };

/** What is put together of a chunk for a question, while the chunk stays the same. */
interface KeptColumns {
  readonly version: number;
  readonly columns: TrafficColumns;
}

/** All cells of all instances in sixty slots. */
export class SlotChunk {
  /** Another one after every change. */
  version = 0;
  /** Of the heap, approximately. */
  bytes = 0;
  private cellCount = 0;
  private readonly instances = new Map<string, Map<string, CellSlots>>();
  private readonly kept = new Map<string, KeptColumns>();

  /**
   * A slot only grows: what tells of no more requests than are known is the same again, or older.
   * @param index of the slot in this chunk
   */
  put(instance: string, replica: string, index: number, { cells }: Slot): void {
    const known = this.instances.get(instance) ?? new Map<string, CellSlots>();
    let held = 0;
    for (const cell of known.values()) held += cell.requests(index);
    if (cells.reduce((sum, cell) => sum + requestsOf(cell), 0) <= held) return;
    this.instances.set(instance, known);
    this.version += 1;
    for (const cell of known.values()) this.bytes += cell.set(index, NO_COUNTS, '');
    const others: CellCounts[] = [];
    for (const counts of cells) {
      const cell = this.cellOf(known, replica, counts.route, counts.policy, MOST_CELLS);
      if (cell === undefined || cell.requests(index) > 0) others.push(counts);
      else this.bytes += cell.set(index, counts, packLatency(counts.latency) ?? '');
    }
    if (others.length > 0) this.putOthers(known, replica, index, others);
  }

  /** In the order of their coming. */
  *matching(filter: TrafficFilter): Generator<CellSlots> {
    for (const cells of this.instances.values()) {
      for (const cell of cells.values()) if (cell.matches(filter)) yield cell;
    }
  }

  columns(key: string): TrafficColumns | undefined {
    const kept = this.kept.get(key);
    return kept?.version === this.version ? kept.columns : undefined;
  }

  keepColumns(key: string, columns: TrafficColumns): void {
    this.kept.delete(key);
    this.kept.set(key, { version: this.version, columns });
    const [oldest] = this.kept.keys();
    if (this.kept.size > MOST_COLUMNS && oldest !== undefined) this.kept.delete(oldest);
  }

  private putOthers(
    known: Map<string, CellSlots>,
    replica: string,
    index: number,
    others: readonly CellCounts[],
  ): void {
    const cell = this.cellOf(known, replica, OTHER, OTHER, MOST_WITH_OTHERS);
    if (cell === undefined) return;
    const sum = new TrafficTally();
    cell.addTo(sum, index);
    for (const counts of others) sum.mergePacked(counts, packLatency(counts.latency) ?? '');
    this.bytes += cell.set(index, sum, sum.latency.pack());
  }

  private cellOf(
    known: Map<string, CellSlots>,
    replica: string,
    route: string,
    policy: string,
    most: number,
  ): CellSlots | undefined {
    const key = `${route}\n${policy}`;
    const cell = known.get(key);
    if (cell !== undefined || this.cellCount >= most) return cell;
    const opened = new CellSlots(replica, route, policy);
    known.set(key, opened);
    this.cellCount += 1;
    this.bytes += opened.bytes;
    return opened;
  }
}

function requestsOf({ allowed, denied, errors }: Counts): number {
  return allowed + denied + errors;
}
