import useSWRInfinite from 'swr/infinite';
import type { AdminError } from '@/components/admin/admin-error';
import { adminRequest } from '@/components/admin/admin-request';
import type { VersionPage } from '@/components/admin/resources';

const PAGE_SIZE = 25;

/** Versions, newest first, as many pages as were asked for. */
export function useHistory() {
  const { data, error, size, setSize, isValidating, mutate } = useSWRInfinite<
    VersionPage,
    AdminError
  >(
    (index, previous: VersionPage | null) => {
      if (index === 0) return `/versions?limit=${PAGE_SIZE}`;
      const before = previous?.next_before ?? null;
      return before === null ? null : `/versions?limit=${PAGE_SIZE}&before=${before}`;
    },
    (path: string) => adminRequest<VersionPage>(path),
    { revalidateFirstPage: true, shouldRetryOnError: (fault: AdminError) => fault.status >= 500 },
  );
  return {
    versions: data?.flatMap(({ items }) => items),
    error,
    hasMore: (data?.at(-1)?.next_before ?? null) !== null,
    isReading: isValidating,
    readOlder: () => void setSize(size + 1),
    refresh: mutate,
  };
}
