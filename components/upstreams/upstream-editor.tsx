'use client';

import { Missing } from '@/components/admin/missing';
import { useFreshItem } from '@/components/hooks/use-fresh-item';
import { FailureNotice, Skeleton } from '@/components/ui/notice';
import type { UpstreamDraft } from './upstream-draft';
import { UpstreamForm } from './upstream-form';

interface UpstreamEditorProps {
  /** null: a new one. */
  readonly name: string | null;
  /** An upstream of which nothing was said, with a health check. */
  readonly defaults: UpstreamDraft;
}

/** Reads the upstream to edit, then lets it be edited. */
export function UpstreamEditor({ name, defaults }: UpstreamEditorProps) {
  const path = name === null ? null : `/upstreams/${encodeURIComponent(name)}`;
  const { data, error, mutate } = useFreshItem<UpstreamDraft>(path);
  if (name === null) {
    const { health_check: _, ...blank } = defaults;
    return <UpstreamForm initial={blank} version={undefined} defaults={defaults} />;
  }
  if (data !== undefined) {
    return <UpstreamForm initial={data.item} version={data.version} defaults={defaults} />;
  }
  if (error === undefined) return <Skeleton rows={8} />;
  if (error.status === 404) {
    return <Missing what="upstream" name={name} href="/upstreams" list="All upstreams" />;
  }
  return <FailureNotice error={error} onRetry={() => void mutate()} />;
}
