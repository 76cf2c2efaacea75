import { collectDefaultMetrics, Registry } from 'prom-client';
import { z } from 'zod';
import type { Replica } from '../../gateway';
import type { Store } from '../../limiter';
import type { RepositoryHealth } from '../../policy';
import { type Family, familySchema, gauge, single } from './family';
import { createLoopDelay } from './loop-delay';
import { createStoreMetrics } from './store-metrics';

/** How a process and what it stands on are asked. */
export interface ProcessMetricsOptions {
  readonly replica: Pick<Replica, 'name' | 'role' | 'version'>;
  readonly store: Pick<Store, 'kind' | 'health'>;
  readonly configHealth: () => Pick<RepositoryHealth, 'status'>;
  /** 0 while none was ever read. */
  readonly configVersion: () => number;
  /** Open connections of clients. */
  readonly connections: () => number;
  /** Open live feeds. */
  readonly liveViewers: () => number;
}

/**
 * Gauges that are named like counters and say little, and those of the event loop's lag, of which each
 * reader would only hear what was since the last one.
 */
const LEFT_OUT =
  /^nodejs_eventloop_lag_|^nodejs_active_(?:handles|requests)(?:_total)?$|^nodejs_active_resources_total$/;

const familiesSchema = z.array(z.looseObject({ name: z.string(), values: z.array(z.unknown()) }));
const valueSchema = familySchema.shape.values.element;

/** Gauges of this process, read when they are asked for. */
export function createProcessMetrics(options: ProcessMetricsOptions): () => Promise<Family[]> {
  const ofStore = createStoreMetrics(options.store);
  const loopDelay = createLoopDelay();
  const node = new Registry();
  collectDefaultMetrics({ register: node });
  for (const { name } of node.getMetricsAsArray()) {
    if (LEFT_OUT.test(name)) node.removeSingleMetric(name);
  }

  return async () => [
    ...processFamilies(options),
    ...(await ofStore()),
    loopDelay(),
    ...nodeFamilies(await node.getMetricsAsJSON()),
  ];
}

function processFamilies(options: ProcessMetricsOptions): Family[] {
  const { name: replica, role, version } = options.replica;
  const isConfigOk = options.configHealth().status === 'ok';
  return [
    gauge('floodgate_build_info', 'The version that runs here, and as what.', 'first', [
      { value: 1, labels: { version, role, replica } },
    ]),
    gauge(
      'floodgate_config_version',
      'Version of the configuration in force; 0: the defaults.',
      'min',
      single(options.configVersion()),
    ),
    gauge(
      'floodgate_config_healthy',
      '0 while the configuration can not be followed and the last good one serves.',
      'min',
      single(isConfigOk ? 1 : 0),
    ),
    gauge(
      'floodgate_connections',
      'Open connections of clients.',
      'sum',
      single(options.connections()),
    ),
    gauge('floodgate_live_viewers', 'Open live feeds.', 'sum', single(options.liveViewers())),
  ];
}

/** What is no number before the first measurement is left out: not every reader takes it. */
function nodeFamilies(told: unknown): Family[] {
  return familiesSchema.parse(told).map((family) => ({
    ...familySchema
      .omit({ values: true, aggregator: true })
      .extend({ aggregator: familySchema.shape.aggregator.catch('max') })
      .parse(family),
    values: family.values.flatMap((value) => valueSchema.safeParse(value).data ?? []),
  }));
}
