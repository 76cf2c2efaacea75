import type { StoreHealth } from '../../../lib/limiter';
import type { RepositoryHealth } from '../../../lib/policy';
import {
  type AttemptMetrics,
  createAttemptMetrics,
  createMetrics,
  type Metrics,
} from '../../../lib/telemetry/metrics';
import type { UpstreamStatus } from '../../../lib/upstream';

const HEALTHY: StoreHealth = {
  kind: 'redis',
  status: 'ok',
  latencyMs: 2,
  sinceMs: 0,
  failures: {},
};

/** What metrics are told, as it is at the moment. */
export interface Surroundings {
  store: StoreHealth;
  /** Tells `store`, unless it is made to do something else. */
  health: () => Promise<StoreHealth>;
  config: RepositoryHealth['status'];
  version: number;
  upstreams: readonly UpstreamStatus[];
  connections: number;
  liveViewers: number;
}

/** Metrics of a replica whose surroundings can be changed. */
export function metricsUnderTest(): {
  metrics: Metrics;
  attempts: AttemptMetrics;
  surroundings: Surroundings;
} {
  const surroundings: Surroundings = {
    store: HEALTHY,
    health: async () => surroundings.store,
    config: 'ok',
    version: 1,
    upstreams: [],
    connections: 0,
    liveViewers: 0,
  };
  const attempts = createAttemptMetrics();
  const metrics = createMetrics({
    replica: { name: 'edge-1', role: 'gateway', version: '1.2.3' },
    store: { kind: 'redis', health: () => surroundings.health() },
    configHealth: () => ({ status: surroundings.config }),
    configVersion: () => surroundings.version,
    upstreams: { status: () => surroundings.upstreams },
    attempts,
    connections: () => surroundings.connections,
    liveViewers: () => surroundings.liveViewers,
  });
  return { metrics, attempts, surroundings };
}

/** The lines of a metric's samples, in the text format. */
export async function linesOf(metrics: Pick<Metrics, 'own'>, name: string): Promise<string[]> {
  const families = await metrics.own();
  const found = families.filter((family) => family.name === name);
  return found.flatMap(({ values }) =>
    values.map(({ metricName = name, labels, value }) => {
      const pairs = Object.entries(labels).map(([label, text]) => `${label}="${text}"`);
      return `${metricName}${pairs.length > 0 ? `{${pairs.join(',')}}` : ''} ${value}`;
    }),
  );
}
