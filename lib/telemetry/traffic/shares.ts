import type { CellSlots } from './cell-slots';
import { latencyOf, rounded } from './latency-figures';
import { OTHER, type TrafficReport, type TrafficShare } from './port';
import { TrafficTally } from './traffic-tally';

const MOST_LISTED = 50;
/** Tallies that wait to be shared out. */
const MOST_WAITING = 200;

/** What one replica had of a route and a policy, not yet added to theirs. */
interface WaitingShare {
  readonly cell: CellSlots;
  readonly tally: TrafficTally;
}

/**
 * What routes, policies and replicas had of a time. A cell comes again in every chunk; it is added up
 * on its own first, and to its route, policy and replica at the end: one merge a chunk, not three.
 */
export class TrafficShares {
  private readonly waiting = new Map<string, WaitingShare>();
  private readonly routes = new Map<string, TrafficTally>();
  private readonly policies = new Map<string, TrafficTally>();
  private readonly replicas = new Map<string, TrafficTally>();
  private readonly scratch = new TrafficTally();

  /** @param first of the slots to add @param end the first not to add */
  add(cell: CellSlots, first: number, end: number): void {
    const key = `${cell.route}\n${cell.policy}\n${cell.replica}`;
    let share = this.waiting.get(key);
    if (share === undefined) {
      if (this.waiting.size === MOST_WAITING) this.shareOut();
      share = { cell, tally: new TrafficTally() };
      this.waiting.set(key, share);
    }
    cell.addRange(share.tally, first, end, this.scratch);
  }

  report(): Pick<TrafficReport, 'totals' | 'routes' | 'policies' | 'replicas'> {
    this.shareOut();
    const total = new TrafficTally();
    for (const tally of this.replicas.values()) total.merge(tally);
    const { allowed, denied, errors, latency } = total;
    const mean = rounded(latency.meanMs);
    const max = rounded(latency.maxMs);
    return {
      totals: { allowed, denied, errors, latency: { ...latencyOf(latency), mean, max } },
      routes: listed(this.routes),
      policies: listed(this.policies),
      replicas: listed(this.replicas),
    };
  }

  private shareOut(): void {
    for (const { cell, tally } of this.waiting.values()) {
      tallyOf(this.routes, cell.route).merge(tally);
      tallyOf(this.policies, cell.policy).merge(tally);
      tallyOf(this.replicas, cell.replica).merge(tally);
    }
    this.waiting.clear();
  }
}

function tallyOf(tallies: Map<string, TrafficTally>, name: string): TrafficTally {
  const known = tallies.get(name);
  if (known !== undefined) return known;
  const tally = new TrafficTally();
  tallies.set(name, tally);
  return tally;
}

function listed(tallies: ReadonlyMap<string, TrafficTally>): TrafficShare[] {
  const all = [...tallies]
    .filter(([, { requests }]) => requests > 0)
    .sort(([, one], [, other]) => other.requests - one.requests);
  if (all.length <= MOST_LISTED) return all.map(shareOf);
  const apart = all.filter(([name]) => name !== OTHER).slice(0, MOST_LISTED - 1);
  const rest = new TrafficTally();
  for (const entry of all) if (!apart.includes(entry)) rest.merge(entry[1]);
  return [...apart.map(shareOf), shareOf([OTHER, rest])];
}

function shareOf([name, tally]: readonly [string, TrafficTally]): TrafficShare {
  const { allowed, denied, errors, latency } = tally;
  return { name, allowed, denied, errors, p95: latencyOf(latency).p95 };
}
