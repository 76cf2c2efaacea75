'use client';

import { Plus } from 'lucide-react';
import { useState } from 'react';
import type { Collection, Policy, PolicyCounts } from '@/components/admin/resources';
import { PATHS, useAdmin } from '@/components/hooks/use-admin';
import { formatCount } from '@/components/traffic/format';
import { LinkButton } from '@/components/ui/link-button';
import { EmptyNotice, FailureNotice, Skeleton } from '@/components/ui/notice';
import { PageHeading } from '@/components/ui/page-heading';
import { SearchField } from '@/components/ui/search-field';
import { matchesSearch } from './policy-search';
import { PolicyTable } from './policy-table';

/** More rows than anybody reads; the search finds the rest. */
const MOST_ROWS = 200;
const COUNTS_MS = 5_000;

/** All policies, what they say in words, and what they did. */
export function PolicyList() {
  const { data, error, mutate } = useAdmin<Collection<Policy>>(PATHS.policies);
  const { data: counts } = useAdmin<PolicyCounts>(PATHS.counts, { refreshMs: COUNTS_MS });
  const [search, setSearch] = useState('');
  const found = data?.items.filter((policy) => matchesSearch(policy, search)) ?? [];
  return (
    <>
      <PageHeading
        title="Policies"
        detail="Who may do how much. Every policy that matches a request applies; changes take effect within a second."
      >
        <SearchField label="Find policies" value={search} onChange={setSearch} />
        <LinkButton variant="primary" href="/policies/new">
          <Plus className="size-4" aria-hidden="true" />
          New policy
        </LinkButton>
      </PageHeading>
      {data === undefined ? (
        error === undefined ? (
          <Skeleton rows={5} />
        ) : (
          <FailureNotice error={error} onRetry={() => void mutate()} />
        )
      ) : data.items.length === 0 ? (
        <EmptyNotice title="No policies yet">
          <p>
            Nothing is limited. A first policy could allow each IP address 100 requests a minute.
          </p>
        </EmptyNotice>
      ) : found.length === 0 ? (
        <EmptyNotice title={`Nothing matches “${search}”`}>
          <p>Names, descriptions, paths, hosts, methods and modes are searched.</p>
        </EmptyNotice>
      ) : (
        <>
          <PolicyTable policies={found.slice(0, MOST_ROWS)} counts={counts} />
          <p role="status" className="mt-3 text-ink-faint text-sm">
            {found.length > MOST_ROWS
              ? `${formatCount(found.length)} policies found, the first ${MOST_ROWS} shown. Search to narrow them down.`
              : ''}
          </p>
        </>
      )}
    </>
  );
}
