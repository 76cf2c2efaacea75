'use client';

import { Missing } from '@/components/admin/missing';
import { useFreshItem } from '@/components/hooks/use-fresh-item';
import { FailureNotice, Skeleton } from '@/components/ui/notice';
import type { RouteDraft } from './route-draft';
import { RouteForm } from './route-form';

interface RouteEditorProps {
  /** null: a new one. */
  readonly name: string | null;
  /** Where a new one starts. */
  readonly blank: RouteDraft;
}

/** Reads the route to edit, then lets it be edited. */
export function RouteEditor({ name, blank }: RouteEditorProps) {
  const path = name === null ? null : `/routes/${encodeURIComponent(name)}`;
  const { data, error, mutate } = useFreshItem<RouteDraft>(path);
  if (name === null) return <RouteForm initial={blank} version={undefined} />;
  if (data !== undefined) return <RouteForm initial={data.item} version={data.version} />;
  if (error === undefined) return <Skeleton rows={6} />;
  if (error.status === 404) {
    return <Missing what="route" name={name} href="/upstreams" list="All upstreams" />;
  }
  return <FailureNotice error={error} onRetry={() => void mutate()} />;
}
