import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { ReplicaStatus } from './replica-status';

/** How this process is. */
export interface Vitals {
  /** Of the time since the last call. */
  read(): Pick<ReplicaStatus, 'event_loop_p99_ms' | 'memory_mib'>;
  close(): void;
}

const NS = 1_000_000;
const MIB = 1_048_576;
/** Between the timers whose lateness is measured, ms. */
const RESOLUTION_MS = 10;

export function createVitals(): Vitals {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  return {
    read() {
      // It tells how long the timers took, of which the resolution is as it should be.
      const p99Ms = delay.count === 0 ? 0 : delay.percentile(99) / NS - RESOLUTION_MS;
      delay.reset();
      return {
        event_loop_p99_ms: Math.max(0, Math.round(p99Ms * 100) / 100),
        memory_mib: Math.round((process.memoryUsage.rss() / MIB) * 10) / 10,
      };
    },
    close: () => void delay.disable(),
  };
}
