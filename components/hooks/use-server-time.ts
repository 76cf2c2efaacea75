import { useEffect, useState } from 'react';
import { pageClock } from '@/components/traffic/page-clock';

/**
 * The server's time, renewed every `everyMs`, Unix ms.
 * @param initialMs the server's time when it rendered the page, true until the first renewal
 */
export function useServerTime(initialMs: number, everyMs: number): number {
  const [nowMs, setNowMs] = useState(initialMs);
  useEffect(() => {
    const tick = () => setNowMs(pageClock.now() ?? initialMs);
    const timer = setInterval(tick, everyMs);
    return () => clearInterval(timer);
  }, [initialMs, everyMs]);
  return nowMs;
}
