import useSWR from 'swr';
import type { AdminError } from '@/components/admin/admin-error';
import { adminRequest } from '@/components/admin/admin-request';
import { keyOf } from '@/components/requests/decision';
import { type RequestFilter, searchPaths } from '@/components/requests/request-filter';
import type { FoundRequests } from '@/lib/admin';

/** Of each question. */
const MOST_FOUND = 100;

/** Requests that the replicas keep, asked for when the filter changes and whenever `refresh` is called. */
export function useRequests(filter: RequestFilter) {
  const paths = searchPaths(filter, MOST_FOUND);
  const { data, error, isLoading, mutate } = useSWR<FoundRequests, AdminError>(paths, readAll, {
    keepPreviousData: true,
    revalidateOnFocus: false,
    revalidateOnReconnect: false,
    shouldRetryOnError: ({ status }: AdminError) => status === 0 || status >= 500,
    errorRetryInterval: 2_000,
  });
  return { found: data, error, isLoading, refresh: () => void mutate() };
}

async function readAll(paths: readonly string[]): Promise<FoundRequests> {
  const answers = await Promise.all(paths.map((path) => adminRequest<FoundRequests>(path)));
  const [first] = answers;
  if (answers.length === 1 && first !== undefined) return first;
  const items = new Map(
    answers.flatMap((answer) => answer.items.map((item) => [keyOf(item), item] as const)),
  );
  return {
    items: [...items.values()].toSorted((a, b) => b.at - a.at),
    replicas_asked: Math.max(...answers.map((answer) => answer.replicas_asked)),
    replicas_answered: Math.min(...answers.map((answer) => answer.replicas_answered)),
  };
}
