import { formatCount, formatDuration } from '@/components/traffic/format';
import type { UpstreamStatusJson } from '@/lib/admin';
import type { Upstream } from '@/lib/policy';

type TargetStatus = UpstreamStatusJson['targets'][number];
type Balancing = Pick<Upstream, 'balance' | 'hash_by'>;

const HASHED: Readonly<Record<string, string>> = {
  identity: 'caller',
  ip: 'IP address',
  path: 'path',
};

/** How targets are chosen: `round robin`, `consistent hash of the caller`. */
export function balanceWords({ balance, hash_by }: Balancing): string {
  if (balance !== 'consistent-hash') return balance.replace('-', ' ');
  const header = /^header:(.*)/.exec(hash_by)?.[1];
  return `consistent hash of the ${header === undefined ? (HASHED[hash_by] ?? hash_by) : `header ${header}`}`;
}

/** Whether a target is one that requests may go to; an ejected one is, where no other is left. */
export function takesRequests({ weight, health }: TargetStatus): boolean {
  return weight > 0 && health !== 'unhealthy';
}

/** Whether nothing speaks against a target, whatever it did before. */
export function isWell({ health, ejected_until }: TargetStatus): boolean {
  return health !== 'unhealthy' && ejected_until === null;
}

interface Resettable {
  readonly breaker: Pick<UpstreamStatusJson['breaker'], 'state'>;
  readonly targets: readonly Pick<TargetStatus, 'ejected_until'>[];
}

/** Whether there is anything that a reset takes back. */
export function isResettable({ breaker, targets }: Resettable): boolean {
  return breaker.state !== 'closed' || targets.some(({ ejected_until }) => ejected_until !== null);
}

/** Percent of a total, 0 of none. */
export function shareOf(count: number, total: number): number {
  return total === 0 ? 0 : (100 * count) / total;
}

/** A share as it is shown: rounded, but `<1 %` is not nothing and `>99 %` not everything. */
export function percentWords(percent: number): string {
  if (percent > 0 && percent < 1) return '<1 %';
  if (percent > 99 && percent < 100) return '>99 %';
  return `${Math.round(percent)} %`;
}

/** Time that is left, in whole seconds that end at the moment itself: `3 s`. */
export function leftWords(leftMs: number): string {
  return formatDuration(Math.max(0, Math.ceil(leftMs / 1_000)) * 1_000);
}

/** What a breaker looks at: `Last 10 s: 4 requests; fewer than 20 say nothing`. */
export function windowWords(
  requests: number,
  { window_ms, least_requests }: Upstream['breaker'],
): string {
  const told = `Last ${formatDuration(window_ms)}: ${formatCount(requests)} ${requests === 1 ? 'request' : 'requests'}`;
  return requests < least_requests
    ? `${told}; fewer than ${formatCount(least_requests)} say nothing`
    : told;
}

/** A breaker on several replicas: `Open on 2 of 3 replicas`. */
export function fleetWords(replicas: UpstreamStatusJson['replicas']): string {
  const on = (state: UpstreamStatusJson['breaker']['state']) =>
    replicas.filter((replica) => replica.state === state).length;
  const [open, halfOpen] = [on('open'), on('half-open')];
  if (open === 0 && halfOpen === 0) return `Closed on all ${replicas.length} replicas`;
  const told = [
    ...(open > 0 ? [`open on ${open}`] : []),
    ...(halfOpen > 0 ? [`half-open on ${halfOpen}`] : []),
  ].join(', ');
  return `${told.slice(0, 1).toUpperCase()}${told.slice(1)} of ${replicas.length} replicas`;
}
