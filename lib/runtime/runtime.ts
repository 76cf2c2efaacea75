import { version } from '../../package.json';
import { createExplainer } from '../admin';
import { type Config, readConfig } from '../config';
import {
  clientStatusEndpoint,
  createAdmission,
  createDecisionLog,
  createForwarder,
  createGateway,
  createResponseCache,
  createTurnAway,
  documentationEndpoints,
  forwardAuthEndpoint,
  forwardEndpoint,
  type Gateway,
  type HealthOptions,
  healthEndpoints,
  openApiEndpoint,
  pingEndpoint,
  type Replica,
  type RouteOf,
  rateStatusEndpoint,
  routesOf,
  stockPriceEndpoint,
} from '../gateway';
import { type Call, createAddressTest } from '../http';
import { createClientAddressReader, createIdentifier, type Identifier } from '../identity';
import { createLimiter, type Store } from '../limiter';
import { createKeyUses } from '../policy';
import {
  createAttemptMetrics,
  createLogger,
  type Logger,
  liveEndpoint,
  metricsEndpoint,
  openTelemetry,
  type Telemetry,
} from '../telemetry';
import type { Upstreams } from '../upstream';
import { type Admin, openAdmin } from './admin';
import { type ConfigurationInForce, compilerFor, openConfiguration } from './configuration';
import { jwtVerifierOf } from './jwt';
import { BAD_CREDENTIALS } from './own-policies';
import { openStore } from './store';
import { openUpstreams } from './upstreams';

/** Every long-lived part of the process, built once. */
export interface Runtime {
  readonly config: Config;
  readonly logger: Logger;
  readonly store: Store;
  readonly configuration: ConfigurationInForce;
  readonly identify: Identifier;
  readonly routeOf: RouteOf;
  readonly upstreams: Upstreams;
  readonly telemetry: Telemetry;
  readonly gateway: Gateway;
  /** Whether an address is one of TRUSTED_PROXIES. */
  readonly isTrustedProxy: (address: string) => boolean;
  readonly replica: Replica;
  readonly health: HealthOptions;
  /** Only where the admin API is served. */
  readonly admin: Pick<Admin, 'sessions' | 'madeToken'> | undefined;
  /** From now on readiness says no and connections are not kept. */
  drain(): void;
  close(): Promise<void>;
}

declare global {
  /**
   * Next bundles its own copy of this module, so module state would make two of everything;
   * the global object is the one place that both copies share.
   */
  var floodgateRuntime: Promise<Runtime> | undefined;
}

/** The process's runtime, built on the first call: never while Next builds the pages. */
export function getRuntime(): Promise<Runtime> {
  globalThis.floodgateRuntime ??= startRuntime(readConfig(process.env));
  return globalThis.floodgateRuntime;
}

async function startRuntime(config: Config): Promise<Runtime> {
  const logger = await createLogger({ level: config.LOG_LEVEL, replica: config.FLOODGATE_REPLICA });
  const store = await openStore(config, logger);
  const compile = compilerFor(config, store);
  const attempts = createAttemptMetrics();
  const upstreams = openUpstreams(config, logger, attempts.onAttempt);
  const configuration = await openConfiguration(config, compile, upstreams, logger);
  const { repository, snapshot } = configuration;
  const configHealth = () => repository.health();
  const keyUses = createKeyUses(repository);
  const clientIp = createClientAddressReader(config.TRUSTED_PROXIES);
  const isTrustedProxy = createAddressTest(config.TRUSTED_PROXIES);
  const identify = createIdentifier({
    clientIp,
    directory: snapshot,
    jwt: jwtVerifierOf(config, logger),
    onKeyUse: keyUses.note,
  });
  const replica = {
    name: config.FLOODGATE_REPLICA,
    role: config.FLOODGATE_ROLE,
    version,
    isDraining: false,
  };
  const decisions = createDecisionLog();
  const limited = [stockPriceEndpoint(), pingEndpoint(), forwardEndpoint({ upstreams })];
  const routeOf = routesOf(limited);
  const telemetry = await openTelemetry({
    replica,
    logger,
    isRecording: config.FLOODGATE_TELEMETRY === 'on',
    isShown: config.FLOODGATE_ROLE === 'all',
    redisUrl: config.REDIS_URL,
    logLinesPerSecond: config.LOG_REQUESTS_PER_SECOND,
    tracing: { variables: config, isTrustedProxy },
    store,
    upstreams,
    attempts,
    decisions,
    snapshot,
    configHealth,
  });
  const { observer, fleet, shown } = telemetry;
  const admin =
    config.FLOODGATE_ROLE === 'all'
      ? await openAdmin({
          token: config.ADMIN_TOKEN,
          store,
          clientIp,
          repository,
          revision: configuration.revision,
          explain: createExplainer({
            decisions,
            snapshot,
            compile,
            routeOf,
            replica: replica.name,
            fleet,
          }),
          decisions,
          fleet,
          replica: replica.name,
          traffic: shown,
          upstreams,
          onBreakerCommand: ({ kind, ...command }) =>
            logger.info(
              command,
              kind === 'trip' ? 'breaker tripped by hand' : 'breaker reset by hand',
            ),
          keyUses: keyUses.pending,
        })
      : undefined;
  const isAdmin = async (call: Call) => (await admin?.isAdmin(call)) ?? false;
  const health = {
    replica,
    telemetry: config.FLOODGATE_TELEMETRY,
    store,
    configHealth,
    configVersion: () => snapshot().version,
    isAdmin,
  };
  const turnAway = createTurnAway(createLimiter(store, BAD_CREDENTIALS));
  const admit = createAdmission({ identify, turnAway, snapshot, store });
  const endpoints = [
    ...limited,
    forwardAuthEndpoint({ admit, snapshot, decisions, observer, isTrustedProxy }),
    clientStatusEndpoint({ clientIp, snapshot, isAdmin }),
    rateStatusEndpoint({ identify, turnAway, snapshot, routeOf }),
    ...healthEndpoints(health),
    metricsEndpoint(telemetry.metrics),
    ...(shown ? [liveEndpoint({ feed: shown.feed, clientIp, isAdmin })] : []),
    ...(admin?.endpoints ?? []),
    ...(config.FLOODGATE_ROLE === 'all' ? documentationEndpoints() : []),
  ];
  const gateway = createGateway({
    endpoints: [...endpoints, openApiEndpoint(endpoints, version)],
    admit,
    forward: createForwarder({
      upstreams,
      cache: createResponseCache(),
      isTrustedProxy,
      onFailure: ({ origin }, err) => logger.debug({ err, target: origin }, 'an attempt failed'),
    }),
    snapshot,
    decisions,
    observer,
    corsOrigins: config.CORS_ORIGINS,
    onError: (error, requestId) =>
      logger.error({ err: error, request_id: requestId }, 'internal error'),
  });

  return {
    config,
    logger,
    store,
    configuration,
    identify,
    routeOf,
    upstreams,
    telemetry,
    gateway,
    isTrustedProxy,
    replica,
    health,
    admin,
    drain() {
      replica.isDraining = true;
      telemetry.drain();
    },
    async close() {
      await Promise.all([keyUses.close(), telemetry.close()]);
      await Promise.all([configuration.close(), upstreams.close(), store.close()]);
    },
  };
}
