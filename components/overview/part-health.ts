import { formatDuration } from '@/components/traffic/format';
import type { Health } from '@/lib/gateway';

/** How a part is, in a few words. */
export interface PartHealth {
  readonly isWell: boolean;
  readonly words: string;
}

type BreakerState = 'closed' | 'open' | 'half-open';

/** What is read here of `/upstream-status`. */
export interface UpstreamHealths {
  readonly items: readonly {
    readonly name: string;
    readonly breaker: { readonly state: BreakerState; readonly tripped: boolean };
    /** Those of all live replicas, once they answer. */
    readonly replicas?: readonly { readonly state: BreakerState }[];
    readonly targets: readonly {
      readonly health: 'healthy' | 'unhealthy' | 'unknown';
      readonly ejected_until: string | null;
    }[];
  }[];
}

/** What is read here of `/replicas`. */
export interface ReplicaStatuses {
  readonly items: readonly {
    readonly replica: string;
    readonly state: 'live' | 'silent' | 'gone';
    readonly store: { readonly status: string };
  }[];
}

export function storeHealth(health: Health | undefined): PartHealth | undefined {
  if (health === undefined) return undefined;
  const { kind, status, latency_ms } = health.store;
  const isWell = status === 'ok';
  if (!isWell) return { isWell, words: `${kind} ${status}` };
  return { isWell, words: latency_ms === null ? kind : `${kind}, ${formatDuration(latency_ms)}` };
}

export function configurationHealth(health: Health | undefined): PartHealth | undefined {
  if (health === undefined) return undefined;
  const { kind, status, version } = health.config;
  const isWell = status === 'ok';
  return { isWell, words: isWell ? `version ${version}, ${kind}` : `${kind} ${status}` };
}

/** Of breakers on all replicas, and of targets as the replica that answers sees them. */
export function upstreamHealth(statuses: UpstreamHealths | undefined): PartHealth | undefined {
  if (statuses === undefined) return undefined;
  const { items } = statuses;
  if (items.length === 0) return { isWell: true, words: 'none' };
  const troubles = items.flatMap((item) => troubleOf(item) ?? []);
  const [first] = troubles;
  if (first === undefined) return { isWell: true, words: `${items.length} well` };
  const words = troubles.length === 1 ? first : `${troubles.length} of ${items.length} in trouble`;
  return { isWell: false, words };
}

function troubleOf({
  name,
  breaker,
  replicas = [breaker],
  targets,
}: UpstreamHealths['items'][number]): string | undefined {
  const notClosed = replicas.find(({ state }) => state !== 'closed');
  if (breaker.tripped) return `${name}: tripped`;
  if (notClosed !== undefined) return `${name}: breaker ${notClosed.state}`;
  const out = targets.filter(
    ({ health, ejected_until }) => health === 'unhealthy' || ejected_until !== null,
  ).length;
  if (out === 0) return undefined;
  return out === targets.length
    ? `${name} has no healthy target`
    : `${name}: ${out} of ${targets.length} targets out`;
}

export function replicaHealth(statuses: ReplicaStatuses | undefined): PartHealth | undefined {
  if (statuses === undefined) return undefined;
  const { items } = statuses;
  const live = items.filter(({ state }) => state === 'live');
  const silent = items.filter(({ state }) => state === 'silent');
  const cutOff = live.filter(({ store }) => store.status !== 'ok');
  if (silent.length > 0) {
    return { isWell: false, words: `${live.length} live, ${silent.length} silent` };
  }
  if (cutOff.length > 0) {
    return { isWell: false, words: `${cutOff.length} of ${live.length} without store` };
  }
  return { isWell: true, words: `${live.length} live` };
}
