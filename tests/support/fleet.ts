import { randomUUID } from 'node:crypto';
import type { StoreHealth } from '../../lib/limiter';
import {
  createFleet,
  type Fleet,
  type ReplicaSelf,
  type ReplicaSighting,
  type ReplicaSources,
  type ReplicaStatus,
} from '../../lib/telemetry/fleet';
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
  /** Settled when it has joined. */
  readonly ready: Promise<void>;
}

/** A replica's part in the fleet on a Redis, or alone. */
export function fleetOn(
  url: string | undefined,
  replica: string,
  sources: Partial<ReplicaSources> = {},
): TestFleet {
  const self = { replica, instance: randomUUID(), role: 'all', version: '1.0.0' } as const;
  const fleet = createFleet({ url, self, timeoutMs: 500 });
  const ready = fleet.join({ ...QUIET, ...sources });
  return { ...fleet, self, ready };
}

/**
 * What other replicas answer, by their names.
 * @param asked how many live ones there are
 */
export function fleetOf(
  asked: number,
  bodies: Readonly<Record<string, unknown>>,
  replicas: readonly ReplicaSighting[] = [],
): Pick<Fleet, 'ask' | 'replicas'> {
  return {
    ask: async ({ answered }) => ({
      asked,
      answers: Object.entries(bodies).map(([replica, body]) => ({
        replica,
        instance: replica,
        body: answered.parse(body),
      })),
    }),
    replicas: async () => replicas,
  };
}

/** A replica as another sees it. */
export function sightingOf(
  replica: string,
  more: Partial<Omit<ReplicaSighting, 'status'>> = {},
  status: Partial<ReplicaStatus> = {},
): ReplicaSighting {
  return {
    state: 'live',
    seenAtMs: Date.UTC(2030, 0, 1),
    isSelf: false,
    ...more,
    status: {
      replica,
      instance: `instance-of-${replica}`,
      role: 'gateway',
      version: '1.0.0',
      started_at: '2030-01-01T00:00:00.000Z',
      config: { kind: 'file', status: 'ok', version: 3 },
      store: { kind: 'redis', status: 'ok', latency_ms: 0.4, since: '2030-01-01T00:00:00.000Z' },
      requests_per_second: 0,
      in_flight: 0,
      connections: 0,
      event_loop_p99_ms: 0.1,
      memory_mib: 80,
      breakers: [],
      ...status,
    },
  };
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
