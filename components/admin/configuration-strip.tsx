'use client';

import { TriangleAlert, Unplug } from 'lucide-react';
import type { ReactNode } from 'react';
import { useConfigurationHealth } from '@/components/hooks/use-configuration-health';
import { LocalTime } from '@/components/traffic/local-time';

const MOST_FAULTS = 3;

/** Says when configuration cannot be changed, since when and why; nothing while all is well. */
export function ConfigurationStrip() {
  const { health, unreachableSinceMs } = useConfigurationHealth();
  if (unreachableSinceMs !== undefined) {
    return (
      <Strip icon={<Unplug aria-hidden="true" />}>
        Floodgate has not answered since <LocalTime atMs={unreachableSinceMs} />. Edits are off
        until it does; trying again every 2 seconds.
      </Strip>
    );
  }
  if (health === undefined || health.status === 'ok') return null;
  const since = <LocalTime atMs={Date.parse(health.since)} />;
  return (
    <Strip icon={<TriangleAlert aria-hidden="true" />}>
      {health.status === 'invalid' ? (
        <>
          The configuration {health.kind} has had faults since {since}. The last good one is in
          force; edits are off until it is mended.
        </>
      ) : (
        <>
          The configuration {health.kind === 'postgres' ? 'database' : health.kind} has been
          unreachable since {since}. The last known configuration is in force; edits are off until
          it is back.
        </>
      )}
      {health.faults.length > 0 && (
        <ul className="mt-1 font-mono">
          {health.faults.slice(0, MOST_FAULTS).map((fault) => (
            <li key={fault} className="break-words">
              {fault}
            </li>
          ))}
          {health.faults.length > MOST_FAULTS && (
            <li>and {health.faults.length - MOST_FAULTS} more in the server’s log</li>
          )}
        </ul>
      )}
    </Strip>
  );
}

function Strip({ icon, children }: { icon: ReactNode; children: ReactNode }) {
  return (
    <div role="status" className="border-line border-b bg-degraded-wash text-degraded-text text-sm">
      <div className="mx-auto flex max-w-[80rem] items-start gap-2.5 px-4 py-2 sm:px-8 [&>svg]:mt-0.5 [&>svg]:size-4 [&>svg]:shrink-0">
        {icon}
        <div className="min-w-0">{children}</div>
      </div>
    </div>
  );
}
