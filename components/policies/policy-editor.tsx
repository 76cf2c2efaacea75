'use client';

import { Missing } from '@/components/admin/missing';
import { useFreshItem } from '@/components/hooks/use-fresh-item';
import { FailureNotice, Skeleton } from '@/components/ui/notice';
import type { LimitFields } from '@/lib/policy';
import { BLANK_POLICY, type PolicyDraft } from './policy-draft';
import { PolicyForm } from './policy-form';

interface PolicyEditorProps {
  /** null: a new one. */
  readonly name: string | null;
  /** What each algorithm is told. */
  readonly algorithms: readonly LimitFields[];
}

/** Reads the policy to edit, then lets it be edited. */
export function PolicyEditor({ name, algorithms }: PolicyEditorProps) {
  const path = name === null ? null : `/policies/${encodeURIComponent(name)}`;
  const { data, error, mutate } = useFreshItem<PolicyDraft>(path);
  if (name === null) {
    return <PolicyForm initial={BLANK_POLICY} version={undefined} algorithms={algorithms} />;
  }
  if (data !== undefined) {
    return <PolicyForm initial={data.item} version={data.version} algorithms={algorithms} />;
  }
  if (error === undefined) return <Skeleton rows={8} />;
  if (error.status === 404) {
    return <Missing what="policy" name={name} href="/policies" list="All policies" />;
  }
  return <FailureNotice error={error} onRetry={() => void mutate()} />;
}
