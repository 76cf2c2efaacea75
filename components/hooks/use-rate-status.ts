import { pageClock } from '@/components/traffic/page-clock';
import type { RateStatus } from '@/lib/gateway';
import { usePolled } from './use-polled';

const PATH = '/api/v1/rate-status';
const INTERVAL_MS = 1_000;

/** The caller's state under the limit; every answer also sets the page's clock. */
export function useRateStatus(initial: RateStatus) {
  const { data, ...polled } = usePolled<RateStatus>(PATH, {
    initial,
    intervalMs: INTERVAL_MS,
    onAnswer: ({ server_time }, { sentAtMs, receivedAtMs }) =>
      pageClock.observe(Date.parse(server_time), sentAtMs, receivedAtMs),
  });
  return { status: data, ...polled };
}
