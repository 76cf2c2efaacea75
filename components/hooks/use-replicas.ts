import type { Replicas } from '@/lib/admin';
import { useAdmin } from './use-admin';

const INTERVAL_MS = 2_000;

/** All replicas and how they are, asked for every two seconds while the page is seen. */
export function useReplicas() {
  const { data, error, mutate } = useAdmin<Replicas>('/replicas', { refreshMs: INTERVAL_MS });
  return { replicas: data, error, retry: () => void mutate() };
}
