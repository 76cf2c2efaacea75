'use client';

import { Info } from 'lucide-react';
import type { Collection } from '@/components/admin/resources';
import { useAdmin } from '@/components/hooks/use-admin';
import type { Route } from '@/lib/policy';
import type { RouteDraft } from './route-draft';
import { rivalsOf, rivalWords } from './route-rivals';

const MOST_NAMED = 3;

/** Says which other routes take the same requests, while the route is being written. */
export function RivalNotes({ draft }: { draft: RouteDraft }) {
  const { data } = useAdmin<Collection<Route>>('/routes', { onFocus: false });
  const rivals = rivalsOf(draft, data?.items ?? []);
  const rest = rivals.length - MOST_NAMED;
  return (
    <div role="status" className="text-ink-soft text-sm">
      {rivals.slice(0, MOST_NAMED).map((rival) => (
        <p key={rival.name} className="mt-3 flex items-start gap-1.5">
          <Info className="mt-0.5 size-4 shrink-0 text-degraded-text" aria-hidden="true" />
          <span className="min-w-0 break-words">
            <strong className="text-ink">{rival.name}</strong> {rivalWords(rival, draft.name)}
          </span>
        </p>
      ))}
      {rest > 0 && <p className="mt-3">and {rest} more</p>}
    </div>
  );
}
