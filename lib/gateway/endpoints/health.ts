import { z } from 'zod';
import { type Call, json, roundedMs } from '../../http';
import type { Store } from '../../limiter';
import type { RepositoryHealth } from '../../policy';
import { jsonAnswer } from '../answers';
import type { Documentation, Endpoint } from '../endpoint';

/** What a replica knows about itself. */
export interface Replica {
  readonly name: string;
  readonly role: 'all' | 'gateway';
  readonly version: string;
  readonly isDraining: boolean;
}

export const healthSchema = z
  .object({
    status: z.enum(['ok', 'degraded', 'draining']),
    version: z.string(),
    uptime_seconds: z.int(),
    role: z.enum(['all', 'gateway']),
    replica: z.string(),
    /** `off`: traffic is not recorded here, and there is no live view. */
    telemetry: z.enum(['on', 'off']),
    store: z.object({
      kind: z.enum(['memory', 'redis']),
      status: z.enum(['ok', 'unreachable']),
      latency_ms: z.number().nullable(),
      /** When this status began. */
      since: z.iso.datetime(),
      /** Failures since the process started, by kind. */
      failures: z.record(z.string(), z.int()),
    }),
    config: z.object({
      kind: z.enum(['file', 'postgres', 'memory']),
      /** `invalid`: what is written there can't be used; `unreachable`: it can't be read. The last good one serves. */
      status: z.enum(['ok', 'invalid', 'unreachable']),
      /** The version in force. */
      version: z.int(),
      since: z.iso.datetime(),
      /** What is wrong, one line each; told to admins alone. */
      faults: z.array(z.string()),
    }),
  })
  .meta({ id: 'Health' });

export type Health = z.infer<typeof healthSchema>;

const probeSchema = z
  .object({ status: z.enum(['ok', 'draining', 'unconfigured']) })
  .meta({ id: 'Probe' });

/** What `/health` tells of. */
export interface HealthOptions {
  readonly replica: Replica;
  readonly telemetry: Health['telemetry'];
  readonly store: Store;
  readonly configHealth: () => RepositoryHealth;
  /** 0 while none was ever read: the defaults serve. */
  readonly configVersion: () => number;
  /** Faults quote the configuration, which is not everybody's to read. */
  readonly isAdmin: (call: Call) => Promise<boolean>;
}

/** @param isTold whether the reader may know what is wrong with the configuration */
export async function healthOf(options: HealthOptions, isTold: boolean): Promise<Health> {
  const { replica, store } = options;
  const config = options.configHealth();
  const { kind, status, latencyMs, sinceMs, failures } = await store.health();
  const serving = status === 'ok' && config.status === 'ok' ? 'ok' : 'degraded';
  return {
    status: replica.isDraining ? 'draining' : serving,
    version: replica.version,
    uptime_seconds: Math.floor(process.uptime()),
    role: replica.role,
    replica: replica.name,
    telemetry: options.telemetry,
    store: {
      kind,
      status,
      latency_ms: latencyMs === null ? null : roundedMs(latencyMs),
      since: new Date(sinceMs).toISOString(),
      failures,
    },
    config: {
      kind: config.kind,
      status: config.status,
      version: options.configVersion(),
      since: new Date(config.sinceMs).toISOString(),
      faults: isTold ? [...config.faults] : [],
    },
  };
}

/** `/health` for people, `/health/live` and `/health/ready` for orchestrators. */
export function healthEndpoints(options: HealthOptions): Endpoint[] {
  const { replica } = options;

  /** Keys and deny-lists are unknown while no configuration was ever read: others serve better. */
  function readiness() {
    if (replica.isDraining) return 'draining';
    return options.configVersion() === 0 ? 'unconfigured' : 'ok';
  }

  return [
    {
      path: '/health',
      methods: {
        GET: {
          documentation: {
            id: 'getHealth',
            summary: 'Tell how this replica and its store are',
            tag: 'Health',
            answers: {
              200: jsonAnswer(
                'Serving; `degraded` while the store or the configuration is not as it should be.',
                healthSchema,
              ),
              503: jsonAnswer('Draining: about to stop.', healthSchema),
            },
          },
          async handle({ call }) {
            const hasFaults = options.configHealth().faults.length > 0;
            const health = await healthOf(options, hasFaults && (await options.isAdmin(call)));
            return json(replica.isDraining ? 503 : 200, health, 'Cache-Control', 'no-store');
          },
        },
      },
    },
    probeEndpoint('/health/live', () => 'ok', {
      id: 'getLiveness',
      summary: 'Tell whether the process is alive',
      tag: 'Health',
      answers: { 200: jsonAnswer('Alive.', probeSchema) },
    }),
    probeEndpoint('/health/ready', readiness, {
      id: 'getReadiness',
      summary: 'Tell whether to send traffic here',
      tag: 'Health',
      answers: {
        200: jsonAnswer('Send it.', probeSchema),
        503: jsonAnswer(
          'Send it elsewhere: about to stop, or without any configuration of its own.',
          probeSchema,
        ),
      },
    }),
  ];
}

function probeEndpoint(
  path: string,
  statusOf: () => z.infer<typeof probeSchema>['status'],
  documentation: Documentation,
): Endpoint {
  function handle() {
    const status = statusOf();
    return json(status === 'ok' ? 200 : 503, { status }, 'Cache-Control', 'no-store');
  }
  return { path, methods: { GET: { documentation, handle } } };
}
