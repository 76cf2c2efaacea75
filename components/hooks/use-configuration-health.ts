import type { Health } from '@/lib/gateway';
import { usePolled } from './use-polled';

const INTERVAL_MS = 5_000;

/** How the place is where configuration lives, and whether edits can be kept at all. */
export function useConfigurationHealth() {
  const { data, unreachableSinceMs } = usePolled<Health | undefined>('/health', {
    initial: undefined,
    intervalMs: INTERVAL_MS,
  });
  const health = data?.config;
  const isWritable =
    unreachableSinceMs === undefined && (health === undefined || health.status === 'ok');
  return { health, unreachableSinceMs, isWritable };
}
