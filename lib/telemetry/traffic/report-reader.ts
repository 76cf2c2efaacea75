import { type CellSlots, SLOTS } from './cell-slots';
import { TrafficColumns } from './columns';
import type { Pause } from './pace';
import type { TrafficQuery, TrafficReport } from './port';
import { TrafficShares } from './shares';
import type { SlotChunk } from './slot-chunk';
import type { SlotTier } from './slot-tier';
import { TrafficTally } from './traffic-tally';

/** Slots of a chunk: the first, and the first after them. */
interface Range {
  readonly first: number;
  readonly end: number;
}

export type TrafficFigures = Omit<TrafficReport, 'blocked'>;

/**
 * Adds up chunk by chunk. While it yields, slots may change: each cell is therefore read at once, for
 * the series and for the shares alike, so that they agree whatever comes between two cells.
 * Reads one query at a time.
 */
export function createReportReader(): (
  tier: SlotTier,
  query: TrafficQuery,
  pause: Pause,
) => Promise<TrafficFigures> {
  const points = Array.from({ length: SLOTS }, () => new TrafficTally());

  async function readCells(
    chunk: SlotChunk,
    slotsPerPoint: number,
    query: TrafficQuery,
    pause: Pause,
    tell: (cell: CellSlots) => void,
  ): Promise<TrafficColumns> {
    const { version } = chunk;
    const columns = new TrafficColumns(SLOTS / slotsPerPoint);
    for (const point of points) point.clear();
    for (const cell of chunk.matching(query.filter)) {
      for (let slot = 0; slot < SLOTS; slot++) {
        const point = points[Math.floor(slot / slotsPerPoint)];
        if (point !== undefined && cell.requests(slot) > 0) cell.addTo(point, slot);
      }
      tell(cell);
      await pause();
    }
    for (let point = 0; point < columns.points; point++) {
      const tally = points[point];
      if (tally !== undefined && tally.requests > 0) columns.put(point, tally);
    }
    if (chunk.version === version) chunk.keepColumns(keyOf(query), columns);
    return columns;
  }

  return async (tier, query, pause) => {
    const { from, to, step, filter } = query;
    const { slotSeconds, chunkSeconds } = tier;
    const slotsPerPoint = step / slotSeconds;
    const series = new TrafficColumns((to - from) / step);
    const shares = new TrafficShares();
    for (let start = from - (from % chunkSeconds); start < to; start += chunkSeconds) {
      const chunk = tier.chunkAt(start);
      if (chunk === undefined) continue;
      const { first, end } = rangeOf(start, tier, query);
      const add = (cell: CellSlots): void => shares.add(cell, first, end);
      let columns = chunk.columns(keyOf(query));
      if (columns === undefined) {
        columns = await readCells(chunk, slotsPerPoint, query, pause, add);
      } else {
        for (const cell of chunk.matching(filter)) add(cell);
        await pause();
      }
      const at = (start + first * slotSeconds - from) / step;
      series.copy(columns, first / slotsPerPoint, at, (end - first) / slotsPerPoint);
    }
    return { series, ...shares.report() };
  };
}

function rangeOf(start: number, tier: SlotTier, { from, to }: TrafficQuery): Range {
  const { slotSeconds, chunkSeconds } = tier;
  const end = (Math.min(to, start + chunkSeconds) - start) / slotSeconds;
  return { first: (Math.max(from, start) - start) / slotSeconds, end };
}

function keyOf({ step, filter: { route, policy, replica } }: TrafficQuery): string {
  return JSON.stringify([step, route, policy, replica]);
}
