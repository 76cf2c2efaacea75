import type { Health } from '@/lib/gateway';
import { usePolled } from './use-polled';

const PATH = '/health';
const INTERVAL_MS = 5_000;

/** The replica's health and its store's. */
export function useHealth(initial: Health) {
  const { data, unreachableSinceMs } = usePolled<Health>(PATH, {
    initial,
    intervalMs: INTERVAL_MS,
  });
  return { health: data, unreachableSinceMs };
}
