'use client';

import { clsx } from 'clsx';
import { CircleCheck, CircleDashed, TriangleAlert } from 'lucide-react';
import Link from 'next/link';
import { usePaused } from '@/components/hooks/polling';
import { useAdmin } from '@/components/hooks/use-admin';
import { usePolled } from '@/components/hooks/use-polled';
import type { Health } from '@/lib/gateway';
import {
  configurationHealth,
  type PartHealth,
  type ReplicaStatuses,
  replicaHealth,
  storeHealth,
  type UpstreamHealths,
  upstreamHealth,
} from './part-health';

const INTERVAL_MS = 5_000;

/** Whether everything that traffic passes is well, each part with the way to more of it. */
export function HealthStrip() {
  const isPaused = usePaused();
  const refresh = { refreshMs: isPaused ? 0 : INTERVAL_MS };
  const { data: health, unreachableSinceMs } = usePolled<Health | undefined>('/health', {
    initial: undefined,
    intervalMs: INTERVAL_MS,
  });
  const upstreams = useAdmin<UpstreamHealths>('/upstream-status', refresh);
  const replicas = useAdmin<ReplicaStatuses>('/replicas', refresh);
  const isGone = unreachableSinceMs !== undefined;
  return (
    <ul
      aria-label="Health"
      className="grid grid-cols-2 gap-x-6 border-line border-t py-1 lg:grid-cols-4"
    >
      <Part name="Store" href="/replicas" health={isGone ? undefined : storeHealth(health)} />
      <Part
        name="Configuration"
        href="/history"
        health={isGone ? undefined : configurationHealth(health)}
      />
      <Part
        name="Upstreams"
        href="/upstreams"
        health={isGone || upstreams.error ? undefined : upstreamHealth(upstreams.data)}
      />
      <Part
        name="Replicas"
        href="/replicas"
        health={isGone || replicas.error ? undefined : replicaHealth(replicas.data)}
      />
    </ul>
  );
}

interface PartProps {
  readonly name: string;
  readonly href: string;
  /** undefined: not known. */
  readonly health: PartHealth | undefined;
}

function Part({ name, href, health }: PartProps) {
  const Icon = health === undefined ? CircleDashed : health.isWell ? CircleCheck : TriangleAlert;
  return (
    <li className="min-w-0">
      <Link
        href={href}
        className="-mx-2 flex min-h-11 min-w-0 items-center gap-2 rounded-lg px-2 py-1 text-sm hover:bg-raised"
      >
        <Icon
          aria-hidden="true"
          className={clsx(
            'size-4 shrink-0',
            health === undefined
              ? 'text-ink-faint'
              : health.isWell
                ? 'text-allowed-text'
                : 'text-degraded-text',
          )}
        />
        <span className="min-w-0 sm:flex sm:gap-2">
          <span className="block font-semibold">{name}</span>
          <span
            className={clsx(
              'block truncate',
              health?.isWell === false ? 'text-degraded-text' : 'text-ink-soft',
            )}
            title={health?.words}
          >
            {health?.words ?? 'not known'}
          </span>
        </span>
      </Link>
    </li>
  );
}
