'use client';

import { Plus } from 'lucide-react';
import { useState } from 'react';
import type { Client, Collection, Key } from '@/components/admin/resources';
import { PATHS, useAdmin } from '@/components/hooks/use-admin';
import { formatCount, plural } from '@/components/traffic/format';
import { Button } from '@/components/ui/button';
import { EmptyNotice, FailureNotice, Skeleton } from '@/components/ui/notice';
import { PageHeading } from '@/components/ui/page-heading';
import { SearchField } from '@/components/ui/search-field';
import { Cell, Row, RowLink, Table } from '@/components/ui/table';
import { EnabledBadge } from './enabled-badge';
import { NewClient } from './new-client';

const MOST_ROWS = 200;

/** Everybody who calls with a key or a token. */
export function ClientList() {
  const { data, error, mutate } = useAdmin<Collection<Client>>(PATHS.clients);
  const { data: keys } = useAdmin<Collection<Key>>(PATHS.keys);
  const [search, setSearch] = useState('');
  const [isMaking, setMaking] = useState(false);
  const found = data?.items.filter((client) => matches(client, search)) ?? [];
  return (
    <>
      <PageHeading
        title="Clients"
        detail="Teams, customers and services that call with an API key or a token, and the tier whose limits they get."
      >
        <SearchField label="Find clients" value={search} onChange={setSearch} />
        <Button variant="primary" onClick={() => setMaking(true)}>
          <Plus className="size-4" aria-hidden="true" />
          New client
        </Button>
      </PageHeading>
      {data === undefined ? (
        error === undefined ? (
          <Skeleton rows={4} />
        ) : (
          <FailureNotice error={error} onRetry={() => void mutate()} />
        )
      ) : data.items.length === 0 ? (
        <EmptyNotice title="No clients yet">
          <p>Until there are some, callers are told apart by their IP address only.</p>
        </EmptyNotice>
      ) : found.length === 0 ? (
        <EmptyNotice title={`Nothing matches “${search}”`}>
          <p>Names, descriptions, tiers and users are searched.</p>
        </EmptyNotice>
      ) : (
        <>
          <Table label="Clients" columns={['Client', 'Tier', 'User', 'Status', 'Keys']}>
            {found.slice(0, MOST_ROWS).map((client) => (
              <Row key={client.name}>
                <Cell>
                  <RowLink href={`/clients/${client.name}`}>{client.name}</RowLink>
                  <p className="text-ink-soft text-sm">{client.description}</p>
                </Cell>
                <Cell label="Tier">
                  {client.tier ?? <span className="text-ink-faint">none</span>}
                </Cell>
                <Cell label="User" className="font-mono text-sm">
                  <span className="wrap-anywhere">{client.user ?? client.name}</span>
                </Cell>
                <Cell label="Status">
                  <EnabledBadge isEnabled={client.enabled} />
                </Cell>
                <Cell label="Keys">{keyWords(client, keys?.items)}</Cell>
              </Row>
            ))}
          </Table>
          {found.length > MOST_ROWS && (
            <p role="status" className="mt-3 text-ink-faint text-sm">
              {formatCount(found.length)} clients found, the first {MOST_ROWS} shown. Search to
              narrow them down.
            </p>
          )}
        </>
      )}
      {isMaking && <NewClient onClose={() => setMaking(false)} />}
    </>
  );
}

function matches({ name, description, tier = '', user = '' }: Client, search: string): boolean {
  const text = [name, description, tier, user].join('\n').toLowerCase();
  return text.includes(search.toLowerCase().trim());
}

function keyWords({ name }: Client, keys: readonly Key[] | undefined): string {
  if (keys === undefined) return '';
  const own = keys.filter(({ client }) => client === name);
  const active = own.filter(({ status }) => status === 'active').length;
  if (own.length === 0) return 'none';
  return active === own.length
    ? plural(active, 'key')
    : `${active} of ${plural(own.length, 'key')} active`;
}
