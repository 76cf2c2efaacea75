import useSWR from 'swr';
import type { AdminError } from '@/components/admin/admin-error';
import { adminRequest } from '@/components/admin/admin-request';

interface Options {
  /** Asked for again so often, ms; not at all unless given. */
  readonly refreshMs?: number;
  /** Whether it is asked for again when the window gets the focus; a form must not. */
  readonly onFocus?: boolean;
}

/** A resource of the admin API. @param path below `/api/v1/admin`; null asks for nothing */
export function useAdmin<T>(path: string | null, { refreshMs = 0, onFocus = true }: Options = {}) {
  return useSWR<T, AdminError>(path, (known: string) => adminRequest<T>(known), {
    refreshInterval: refreshMs,
    revalidateOnFocus: onFocus,
    revalidateOnReconnect: onFocus,
    shouldRetryOnError: (error: AdminError) => error.status === 0 || error.status >= 500,
    errorRetryInterval: 2_000,
  });
}

export const PATHS = {
  policies: '/policies',
  tiers: '/tiers',
  clients: '/clients',
  keys: '/keys',
  counts: '/policy-counts',
} as const;
