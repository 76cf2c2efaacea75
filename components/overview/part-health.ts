import { formatDuration, plural } from '@/components/traffic/format';
import type { Health } from '@/lib/gateway';

/** How a part is, in a few words. */
export interface PartHealth {
  readonly isWell: boolean;
  readonly words: string;
}

type BreakerState = 'closed' | 'open' | 'half-open';

/** What is read here of `/upstream-status`. */
export interface BreakerStatuses {
  readonly items: readonly {
    readonly name: string;
    readonly breaker: { readonly state: BreakerState };
    /** Those of all live replicas, once they answer. */
    readonly replicas?: readonly { readonly state: BreakerState }[];
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

export function breakerHealth(statuses: BreakerStatuses | undefined): PartHealth | undefined {
  if (statuses === undefined) return undefined;
  const { items } = statuses;
  if (items.length === 0) return { isWell: true, words: 'no upstreams' };
  const troubled = items.filter(({ breaker, replicas }) =>
    (replicas ?? [breaker]).some(({ state }) => state !== 'closed'),
  );
  const [first] = troubled;
  if (first === undefined)
    return { isWell: true, words: `${plural(items.length, 'upstream')} closed` };
  return {
    isWell: false,
    words:
      troubled.length === 1
        ? `${first.name} not closed`
        : `${troubled.length} of ${items.length} not closed`,
  };
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
