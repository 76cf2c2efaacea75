'use client';

import { clsx } from 'clsx';
import { useHealth } from '@/components/hooks/use-health';
import { formatDuration } from '@/components/traffic/format';
import type { Health } from '@/lib/gateway';

/** The store at a glance: kind, whether it answers, and how fast. */
export function StoreStatus({ initial }: { initial: Health }) {
  const { health, unreachableSinceMs } = useHealth(initial);
  const { kind, status, latency_ms } = health.store;
  const isUp = unreachableSinceMs === undefined && status === 'ok';
  const word = unreachableSinceMs !== undefined ? 'server unreachable' : `${kind} unreachable`;
  return (
    <p className="flex items-center gap-2 whitespace-nowrap font-mono text-ink-soft text-sm">
      <span
        aria-hidden="true"
        className={clsx('size-2 rounded-full', isUp ? 'bg-allowed' : 'bg-degraded')}
      />
      <span className="sr-only">Store:</span>
      {isUp ? (
        <>
          {kind}
          <span className="min-w-[5.5ch] text-right max-sm:hidden">
            {latency_ms === null ? '' : formatDuration(latency_ms)}
          </span>
        </>
      ) : (
        word
      )}
    </p>
  );
}
