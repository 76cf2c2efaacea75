import { useState } from 'react';
import useSWR from 'swr';
import type { AdminError } from '@/components/admin/admin-error';
import { adminRequest } from '@/components/admin/admin-request';
import type { Item } from '@/components/admin/resources';

let openings = 0;

/**
 * An entity to edit, read once when the editor opens: never an earlier answer, and never changed
 * under somebody's hands. @param path below `/api/v1/admin`; null reads nothing
 */
export function useFreshItem<T>(path: string | null) {
  const [opening] = useState(() => {
    openings += 1;
    return openings;
  });
  return useSWR<Item<T>, AdminError>(
    path === null ? null : [path, opening],
    ([known]: [string, number]) => adminRequest<Item<T>>(known),
    {
      revalidateOnFocus: false,
      revalidateOnReconnect: false,
      revalidateIfStale: false,
      shouldRetryOnError: false,
    },
  );
}
