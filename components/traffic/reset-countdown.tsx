import { useServerTime } from '@/components/hooks/use-server-time';
import type { RateStatus } from '@/lib/gateway';

const TICK_MS = 100;

/** Time until the window ends, by the server's clock. */
export function ResetCountdown({ status }: { status: RateStatus }) {
  const nowMs = useServerTime(Date.parse(status.server_time), TICK_MS);
  if (status.reset_at === null) return <p className="text-degraded-text">nothing is counted</p>;
  const leftMs = Math.max(0, Date.parse(status.reset_at) - nowMs);
  return (
    <p className="text-ink-soft" data-testid="countdown">
      resets in <span className="inline-block min-w-[5ch] font-mono text-ink">{shown(leftMs)}</span>
    </p>
  );
}

function shown(ms: number): string {
  // Rounded up: the window is over only at 0.
  const tenths = Math.ceil(ms / 100);
  if (tenths < 600) return `${(tenths / 10).toFixed(1)} s`;
  const seconds = Math.ceil(ms / 1_000);
  const hours = Math.floor(seconds / 3_600);
  const minutes = Math.floor((seconds % 3_600) / 60);
  return hours > 0 ? `${hours} h ${minutes} min` : `${minutes} min ${seconds % 60} s`;
}
