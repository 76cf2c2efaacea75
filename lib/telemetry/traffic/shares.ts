import type { CellSlots } from './cell-slots';
import { latencyOf, rounded } from './latency-figures';
import type { TrafficReport, TrafficShare } from './port';
import { OTHER } from './traffic-slots';
import { TrafficTally } from './traffic-tally';

const MOST_LISTED = 50;

/** What routes, policies and replicas had of a time. */
export class TrafficShares {
  private readonly routes = new Map<string, TrafficTally>();
  private readonly policies = new Map<string, TrafficTally>();
  private readonly replicas = new Map<string, TrafficTally>();
  private readonly scratch = new TrafficTally();

  /** @param first of the slots to add @param end the first not to add */
  add(cell: CellSlots, first: number, end: number): void {
    const tallies = [
      tallyOf(this.routes, cell.route),
      tallyOf(this.policies, cell.policy),
      tallyOf(this.replicas, cell.replica),
    ];
    cell.addRange(tallies, first, end, this.scratch);
  }

  report(): Pick<TrafficReport, 'totals' | 'routes' | 'policies' | 'replicas'> {
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
