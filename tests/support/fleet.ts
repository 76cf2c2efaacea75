import { randomUUID } from 'node:crypto';
import type { StoreHealth } from '../../lib/limiter';
import { createFleet, type Fleet, type ReplicaSelf } from '../../lib/telemetry/fleet';
import type { ReplicaSources } from '../../lib/telemetry/fleet/replicas';
import type { CellCounts, Frame, Slot } from '../../lib/telemetry/traffic';
import { LatencyHistogram } from '../../lib/telemetry/traffic/latency-histogram';

const STORE: StoreHealth = {
  kind: 'redis',
  status: 'ok',
  latencyMs: 0.41666,
  sinceMs: Date.UTC(2030, 0, 1),
  failures: {},
};

/** Numbers of a replica on which nothing happens. */
export const QUIET: ReplicaSources = {
  config: () => ({ kind: 'memory', status: 'ok', version: 1 }),
  store: async () => STORE,
  requestsPerSecond: () => 0,
  inFlight: () => 0,
  connections: () => 0,
  breakers: () => [],
};

export interface TestFleet extends Fleet {
  readonly self: ReplicaSelf;
}

/** A replica's part in the fleet on a Redis, or alone. */
export function fleetOn(
  url: string | undefined,
  replica: string,
  sources: Partial<ReplicaSources> = {},
): TestFleet {
  const self = { replica, instance: randomUUID(), role: 'all', version: '1.0.0' } as const;
  const fleet = createFleet({ url, self, sources: { ...QUIET, ...sources }, timeoutMs: 500 });
  return { ...fleet, self };
}

/** A cell in which all that came was allowed, or as told. */
export function cellOf(allowed: number, more: Partial<CellCounts> = {}): CellCounts {
  const cell = { route: '/api/x', policy: 'each', allowed, denied: 0, errors: 0, ...more };
  const latency = new LatencyHistogram();
  for (let i = 0; i < cell.allowed + cell.denied + cell.errors; i++) latency.record(1 + (i % 50));
  return { ...cell, latency: latency.encode() };
}

export function slotOf(at: number, ...cells: CellCounts[]): Slot {
  return { at, cells };
}

export function frameOf(
  { instance, replica }: Pick<ReplicaSelf, 'instance' | 'replica'>,
  slots: Partial<Frame>,
): Frame {
  return { instance, replica, seconds: [], minutes: [], blocked: [], decisions: [], ...slots };
}
