'use client';

import { Plus } from 'lucide-react';
import { useState } from 'react';
import type { Collection } from '@/components/admin/resources';
import { useAdmin } from '@/components/hooks/use-admin';
import { useConfigurationHealth } from '@/components/hooks/use-configuration-health';
import { useUpstreamStatus } from '@/components/hooks/use-upstream-status';
import { formatCount } from '@/components/traffic/format';
import { LinkButton } from '@/components/ui/link-button';
import { EmptyNotice, FailureNotice } from '@/components/ui/notice';
import { PageHeading } from '@/components/ui/page-heading';
import { SearchField } from '@/components/ui/search-field';
import type { Route, Upstream } from '@/lib/policy';
import { PanelSkeleton } from './panel-skeleton';
import { StatusAge } from './status-age';
import { UpstreamPanel } from './upstream-panel';
import { matchesSearch } from './upstream-search';

/** More panels than anybody watches; the search finds the rest. */
const MOST_PANELS = 30;

/** All upstreams as they are now, and the routes to them. */
export function UpstreamList() {
  const { data, error, mutate } = useAdmin<Collection<Upstream>>('/upstreams');
  const { data: routes } = useAdmin<Collection<Route>>('/routes');
  const { statuses, error: statusError, command } = useUpstreamStatus();
  const { unreachableSinceMs } = useConfigurationHealth();
  const [search, setSearch] = useState('');
  const routesTo = (name: string) => routes?.items.filter(({ upstream }) => upstream === name);
  const found =
    data?.items.filter((upstream) =>
      matchesSearch(upstream, routesTo(upstream.name) ?? [], search),
    ) ?? [];
  const isLoading = data === undefined || (statuses === undefined && statusError === undefined);
  return (
    <>
      <PageHeading
        title="Upstreams"
        detail="The services behind the gateway and the routes that lead to them. Counts are those of the replica that answers, of targets since its start."
      >
        <SearchField label="Find upstreams" value={search} onChange={setSearch} />
        <LinkButton variant="primary" href="/upstreams/new">
          <Plus className="size-4" aria-hidden="true" />
          New upstream
        </LinkButton>
      </PageHeading>
      {error !== undefined && data === undefined ? (
        <FailureNotice error={error} onRetry={() => void mutate()} />
      ) : isLoading ? (
        <PanelSkeleton />
      ) : data.items.length === 0 ? (
        <EmptyNotice title="No upstreams yet">
          <p>Nothing is forwarded. An upstream is one or more targets that answer alike.</p>
        </EmptyNotice>
      ) : found.length === 0 ? (
        <EmptyNotice title={`Nothing matches “${search}”`}>
          <p>Names, descriptions, targets, and the routes’ paths and hosts are searched.</p>
        </EmptyNotice>
      ) : (
        <>
          <StatusAge error={statusError} toldAt={statuses?.server_time} />
          {found.slice(0, MOST_PANELS).map((upstream) => (
            <UpstreamPanel
              key={upstream.name}
              upstream={upstream}
              routes={routesTo(upstream.name)}
              status={statuses?.items.find(({ name }) => name === upstream.name)}
              toldAt={statuses?.server_time ?? ''}
              isReachable={unreachableSinceMs === undefined && statusError === undefined}
              onCommand={(action) => command(upstream.name, action)}
            />
          ))}
          {found.length > MOST_PANELS && (
            <p role="status" className="mt-3 text-ink-faint text-sm">
              {formatCount(found.length)} upstreams found, the first {MOST_PANELS} shown. Search to
              narrow them down.
            </p>
          )}
        </>
      )}
    </>
  );
}
