import { useEffect, useState } from 'react';
import { statusAt } from '@/components/traffic/limiter-state';
import { pageClock } from '@/components/traffic/page-clock';
import type { RateStatus } from '@/lib/gateway';

/** Longer waits overflow browsers' timers; polls renew the status long before. */
const LONGEST_WAIT_MS = 2 ** 31 - 1;

/** A status that rolls over to the next window the moment its own ends, without waiting for a poll. */
export function useCurrentStatus(status: RateStatus): RateStatus {
  const [nowMs, setNowMs] = useState(() => Date.parse(status.server_time));
  const current = statusAt(status, nowMs);
  const { reset_at } = current;
  useEffect(() => {
    if (reset_at === null) return;
    const resetMs = Date.parse(reset_at);
    const waitMs = Math.max(0, resetMs - pageClock.nowOrLocal());
    if (waitMs > LONGEST_WAIT_MS) return;
    const rollOver = () => setNowMs(Math.max(resetMs, pageClock.nowOrLocal()));
    const timer = setTimeout(rollOver, waitMs);
    return () => clearTimeout(timer);
  }, [reset_at]);
  return current;
}
