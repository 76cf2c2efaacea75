'use client';

import { Plus } from 'lucide-react';
import Link from 'next/link';
import { useRef, useState } from 'react';
import type { BreakerCommand } from '@/components/hooks/use-upstream-status';
import { RouteTable } from '@/components/routes/route-table';
import { FaultLine } from '@/components/ui/field';
import { LinkButton } from '@/components/ui/link-button';
import type { UpstreamStatusJson } from '@/lib/admin';
import type { Route, Upstream } from '@/lib/policy';
import { BreakerPanel } from './breaker-panel';
import { ResetButton } from './reset-button';
import { TargetTable } from './target-table';
import { TripButton } from './trip-button';
import { balanceWords, isResettable } from './upstream-words';

interface UpstreamPanelProps {
  readonly upstream: Upstream;
  /** Those that lead to it; undefined while nobody knows. */
  readonly routes: readonly Route[] | undefined;
  /** undefined: not known yet. */
  readonly status: UpstreamStatusJson | undefined;
  /** The server's time when it told the status. */
  readonly toldAt: string;
  /** Whether the server can be told anything at all. */
  readonly isReachable: boolean;
  readonly onCommand: (action: BreakerCommand) => Promise<void>;
}

/** An upstream as it is now: its breaker, its targets, and how requests get there. */
export function UpstreamPanel(props: UpstreamPanelProps) {
  const { upstream, routes, status, toldAt, isReachable, onCommand } = props;
  const { name, description } = upstream;
  const [failure, setFailure] = useState<string>();
  const reset = useRef<HTMLButtonElement>(null);
  const isOff = !isReachable || status === undefined;
  return (
    <section aria-label={name} className="border-line border-t py-6">
      <div className="flex flex-wrap items-start justify-between gap-x-8 gap-y-3">
        <div className="min-w-0">
          <h2 className="font-semibold text-lg">
            <Link
              href={`/upstreams/${name}`}
              className="wrap-anywhere underline decoration-edge underline-offset-4 hover:decoration-current"
            >
              {name}
            </Link>
          </h2>
          <p className="break-words text-ink-soft text-sm">
            <span className="text-ink-faint">{balanceWords(upstream)}</span>
            {description !== '' && ` · ${description}`}
          </p>
        </div>
        <div className="flex flex-wrap gap-3">
          <ResetButton
            ref={reset}
            upstream={name}
            isDisabled={isOff || !isResettable(status)}
            onReset={() => onCommand('reset')}
            onFailure={setFailure}
          />
          <TripButton
            upstream={name}
            routes={routes?.map((route) => route.name) ?? []}
            isDisabled={isOff || status.breaker.tripped}
            onTrip={() => onCommand('trip')}
            next={reset}
          />
        </div>
      </div>
      <div role="alert">{failure !== undefined && <FaultLine text={failure} />}</div>
      <div className="mt-5 grid gap-x-12 gap-y-6 xl:grid-cols-[17rem_minmax(0,1fr)]">
        <BreakerPanel settings={upstream.breaker} status={status} toldAt={toldAt} />
        <div className="min-w-0">
          <TargetTable upstream={upstream} statuses={status?.targets} toldAt={toldAt} />
          <div className="mt-6 mb-2 flex flex-wrap items-center justify-between gap-3">
            <h3 className="font-semibold">Routes</h3>
            <LinkButton
              variant="quiet"
              href={`/upstreams/routes/new?upstream=${name}`}
              aria-label={`New route to ${name}`}
              className="h-9 text-sm"
            >
              <Plus className="size-4" aria-hidden="true" />
              New route
            </LinkButton>
          </div>
          {routes?.length === 0 ? (
            <p className="text-ink-soft text-sm">No route leads here: it gets no requests.</p>
          ) : (
            <RouteTable upstream={name} routes={routes ?? []} />
          )}
        </div>
      </div>
    </section>
  );
}
