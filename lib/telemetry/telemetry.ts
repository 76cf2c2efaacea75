import { randomUUID } from 'node:crypto';
import type { DecisionLog, Replica, RequestObserver } from '../gateway';
import type { Store } from '../limiter';
import type { RepositoryHealth, Snapshot } from '../policy';
import type { Upstreams } from '../upstream';
import { answerQuestions, createFleet, type Fleet } from './fleet';
import { createLiveFeed, type LiveFeed } from './live';
import { createRequestLog, type Logger } from './log';
import { type AttemptMetrics, createMetrics, type Metrics } from './metrics';
import { joinObservers } from './observers';
import { createTracing, type TracingOptions } from './tracing';
import {
  createTrafficHistory,
  createTrafficHub,
  type TrafficHistory,
  trafficClock,
} from './traffic';

export interface TelemetryOptions {
  readonly replica: Replica;
  readonly logger: Logger;
  /** Off: what came is neither recorded nor shown; metrics and traces stay. */
  readonly isRecording: boolean;
  /** Whether people watch traffic here: the others only record. */
  readonly isShown: boolean;
  /** The store's; undefined: this replica is alone. */
  readonly redisUrl: string | undefined;
  readonly logLinesPerSecond: number;
  readonly tracing: Pick<TracingOptions, 'variables' | 'isTrustedProxy'>;
  readonly store: Store;
  readonly upstreams: Pick<Upstreams, 'status'>;
  /** Of the upstreams, which count them. */
  readonly attempts: Pick<AttemptMetrics, 'families'>;
  readonly decisions: DecisionLog;
  readonly snapshot: () => Snapshot;
  readonly configHealth: () => RepositoryHealth;
}

/** All of a process's telemetry. */
export interface Telemetry {
  readonly observer: RequestObserver;
  readonly metrics: Metrics;
  readonly fleet: Fleet;
  /** Only where traffic is recorded and shown. */
  readonly shown: ShownTraffic | undefined;
  /** @param count of clients' open connections, from whoever listens for them */
  countConnectionsBy(count: () => number): void;
  /** Ends the live feeds: those who watch go to another replica. */
  drain(): void;
  /** Tells what is left. To be called when no request is in flight any more. */
  close(): Promise<void>;
}

export interface ShownTraffic {
  readonly history: TrafficHistory;
  readonly feed: LiveFeed;
  /** The clock that both go by, everybody's: Unix ms. */
  readonly now: () => number;
}

/** Opens what a process needs to tell what happens in it. @throws RedisUrlError */
export async function openTelemetry(options: TelemetryOptions): Promise<Telemetry> {
  const { replica, logger, isRecording, store, upstreams, snapshot, configHealth } = options;
  const { name, role, version } = replica;
  const instance = randomUUID();
  const configVersion = () => snapshot().version;
  let connections = () => 0;
  const tracing = await createTracing({ ...options.tracing, logger, replica: name, version });
  const fleet = createFleet({
    url: options.redisUrl,
    self: { instance, replica: name, role, version },
  });
  answerQuestions(fleet, { decisions: options.decisions, snapshot, replica: name });
  const now = trafficClock(fleet.traffic);
  const history = isRecording && options.isShown ? createTrafficHistory({ now }) : undefined;
  const hub = isRecording
    ? createTrafficHub({
        replica: name,
        instance,
        link: fleet.traffic,
        history,
        now,
        onLinkFailure: (err) =>
          logger.warn({ err }, 'traffic is not told to other replicas until Redis answers'),
        onLinkRecovered: () => logger.info('traffic is told to other replicas again'),
      })
    : undefined;
  const feed =
    hub &&
    history &&
    createLiveFeed({
      history,
      onFrame: hub.onFrame,
      replica: name,
      now,
      onFailure: (err) => logger.error({ err }, 'the live feed could not tell what happens'),
    });
  const metrics = createMetrics({
    replica,
    store,
    upstreams,
    attempts: options.attempts,
    configHealth,
    configVersion,
    connections: () => connections(),
    liveViewers: () => feed?.viewers ?? 0,
  });
  const requestLog = isRecording
    ? createRequestLog({
        logger,
        replica: name,
        linesPerSecond: options.logLinesPerSecond,
        ...(tracing && { traceIdOf: tracing.traceIdOf }),
      })
    : undefined;
  // Before its clock is known, the first requests would be counted in the wrong second.
  await fleet.join({
    config: () => {
      const { kind, status } = configHealth();
      return { kind, status, version: configVersion() };
    },
    store: () => store.health(),
    requestsPerSecond: () => hub?.requestsPerSecond() ?? 0,
    inFlight: metrics.inFlight,
    connections: () => connections(),
    breakers: () => upstreams.status(),
  });

  return {
    observer: joinObservers([tracing, hub, metrics, requestLog]),
    metrics,
    fleet,
    shown: history && feed && { history, feed, now },
    countConnectionsBy(count) {
      connections = count;
    },
    drain: () => feed?.close(),
    async close() {
      feed?.close();
      requestLog?.close();
      await Promise.all([hub?.close(), tracing?.close()]);
      // After the last frame, which goes over its connection.
      await fleet.close();
    },
  };
}
