'use client';

import Link from 'next/link';
import { useState } from 'react';
import { ShowAllButton } from '@/components/admin/show-all-button';
import { formatCount } from '@/components/traffic/format';
import { countWords } from './figures';
import type { Blocked, BlockedClient } from './report';

const SHOWN = 6;
const KINDS = { key: 'API key', user: 'user', ip: 'IP address' } as const;

interface BlockedClientsProps {
  readonly blocked: Blocked;
  /** Whether the rest of the page shows less than all traffic. */
  readonly isNarrow: boolean;
}

/** Who was refused most, and how far the counts can be off. */
export function BlockedClients({ blocked, isNarrow }: BlockedClientsProps) {
  const { clients, error_bound, total } = blocked;
  const [showsAll, setShowsAll] = useState(false);
  return (
    <section aria-label="Blocked clients" className="min-w-0">
      <h2 className="mb-1 font-semibold">Blocked clients</h2>
      <ol className="border-line border-t">
        {clients.slice(0, showsAll ? clients.length : SHOWN).map((client) => (
          <li key={`${client.kind} ${client.value}`} className="border-line border-b">
            <ClientRow client={client} />
          </li>
        ))}
        {clients.length === 0 && (
          <li className="py-3 text-ink-faint text-sm">Nobody was refused.</li>
        )}
      </ol>
      {clients.length > SHOWN && (
        <ShowAllButton
          showsAll={showsAll}
          what={`${clients.length}`}
          onToggle={() => setShowsAll(!showsAll)}
        />
      )}
      {total > 0 && (
        <p className="mt-2 text-ink-faint text-sm">
          {countWords(total)} refused{isNarrow && ', whatever the filter'}.{' '}
          {error_bound === 0
            ? 'Counts are exact.'
            : `Counts are at most ${formatCount(error_bound)} too high, and nobody else was refused more often than that.`}
        </p>
      )}
    </section>
  );
}

function ClientRow({ client }: { client: BlockedClient }) {
  const { kind, value, count, error } = client;
  return (
    <Link
      href={`/requests?${new URLSearchParams({ identity: value, verdict: 'denied' })}`}
      prefetch={false}
      className="block rounded-sm px-1 py-2 hover:bg-raised"
    >
      <span className="flex items-baseline justify-between gap-4">
        <span className="truncate font-mono text-sm leading-6" title={value}>
          {value}
        </span>
        <span className="font-mono font-semibold text-denied-text text-sm">
          <span aria-hidden="true">✕ </span>
          {countWords(count)}
          <span className="sr-only"> refused</span>
        </span>
      </span>
      <span className="flex justify-between gap-3 text-ink-faint text-sm">
        <span>{KINDS[kind]}</span>
        {error > 0 && (
          <span>
            <span aria-hidden="true">± </span>
            <span className="sr-only">off by at most </span>
            {countWords(error)}
          </span>
        )}
      </span>
    </Link>
  );
}
