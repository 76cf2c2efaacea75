'use client';

import { Missing } from '@/components/admin/missing';
import { useFreshItem } from '@/components/hooks/use-fresh-item';
import { FailureNotice, Skeleton } from '@/components/ui/notice';
import type { ClientDraft } from './client-draft';
import { ClientForm } from './client-form';

/** Reads a client, then shows it with its keys. */
export function ClientDetails({ name }: { name: string }) {
  const { data, error, mutate } = useFreshItem<ClientDraft>(`/clients/${encodeURIComponent(name)}`);
  if (data !== undefined) return <ClientForm initial={data.item} version={data.version} />;
  if (error === undefined) return <Skeleton rows={6} />;
  if (error.status === 404) {
    return <Missing what="client" name={name} href="/clients" list="All clients" />;
  }
  return <FailureNotice error={error} onRetry={() => void mutate()} />;
}
