import { join } from 'node:path';
import { version } from '../package.json';
import {
  type AdminSessions,
  adminEndpoints,
  createAdminAccess,
  createAdminSessions,
  createExplainer,
  establishAdminToken,
} from './admin';
import { type Config, readConfig } from './config';
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
} from './gateway';
import { type Call, createAddressTest } from './http';
import {
  createClientAddressReader,
  createIdentifier,
  createJwtVerifier,
  type Identifier,
  type JwtVerifier,
} from './identity';
import {
  createLimiter,
  createMemoryStore,
  createRedisStore,
  type RatePolicyInput,
  type Store,
  withDenyCache,
} from './limiter';
import {
  createCompiler,
  createEnvironmentQuota,
  createKeyUses,
  defaultConfiguration,
  openLive,
  openRepository,
  type Repository,
  type Revision,
  type Snapshot,
} from './policy';
import {
  createLogger,
  type Logger,
  liveEndpoint,
  metricsEndpoint,
  openTelemetry,
  type Telemetry,
} from './telemetry';
import {
  createRedisBreakerSharing,
  createUpstreams,
  type UpstreamEvent,
  type Upstreams,
  type UpstreamsOptions,
} from './upstream';

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
  readonly admin: Admin | undefined;
  /** From now on readiness says no and connections are not kept. */
  drain(): void;
  close(): Promise<void>;
}

/** What the repository holds, and what this process made of it. */
interface ConfigurationInForce {
  readonly repository: Repository;
  readonly revision: () => Revision;
  readonly snapshot: () => Snapshot;
  close(): Promise<void>;
}

interface Admin {
  readonly sessions: AdminSessions;
  /** The admin token, when it was made at this start. */
  readonly madeToken: string | undefined;
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

/** Those who try credentials that hold nothing: ten at once, then ten a minute. */
const BAD_CREDENTIALS = {
  name: 'bad-credentials',
  // No policy can be called so, and share the counter.
  keyName: '_bad-credentials',
  limits: [bucket('bad-credentials', 10)],
  // An outage of the store must not be a time to guess in.
  onStoreFailure: 'local',
} satisfies RatePolicyInput;

/** Those who sign in: five at once, then five a minute. */
const SIGN_IN = {
  name: 'sign-in',
  keyName: '_sign-in',
  limits: [bucket('sign-in', 5)],
  onStoreFailure: 'local',
} satisfies RatePolicyInput;

function bucket(name: string, perMinute: number) {
  return {
    algorithm: 'token-bucket',
    name,
    quota: perMinute,
    refillTokens: perMinute,
    refillIntervalMs: 60_000,
  } as const;
}

async function startRuntime(config: Config): Promise<Runtime> {
  const logger = await createLogger({ level: config.LOG_LEVEL, replica: config.FLOODGATE_REPLICA });
  const store = await openStore(config, logger);
  const compile = compilerFor(config, store);
  const upstreams = openUpstreams(config, logger, (...attempt) =>
    telemetry.metrics.onAttempt(...attempt),
  );
  const configuration = await openConfiguration(config, compile, upstreams, logger);
  const { repository, snapshot } = configuration;
  const keyUses = createKeyUses(repository);
  const clientIp = createClientAddressReader(config.TRUSTED_PROXIES);
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
  const health = {
    replica,
    store,
    configHealth: () => repository.health(),
    configVersion: () => snapshot().version,
    isAdmin: async (call: Call) => (await admin?.isAdmin(call)) ?? false,
  };
  const decisions = createDecisionLog();
  const limited = [stockPriceEndpoint(), pingEndpoint(), forwardEndpoint({ upstreams })];
  const routeOf = routesOf(limited);
  const isTrustedProxy = createAddressTest(config.TRUSTED_PROXIES);
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
    decisions,
    snapshot,
    configHealth: health.configHealth,
  });
  const { observer, fleet, shown } = telemetry;
  const admin = config.FLOODGATE_ROLE === 'all' ? await openAdmin() : undefined;
  const turnAway = createTurnAway(createLimiter(store, BAD_CREDENTIALS));
  const admit = createAdmission({ identify, turnAway, snapshot, store });
  const endpoints = [
    ...limited,
    forwardAuthEndpoint({ admit, snapshot, decisions, observer, isTrustedProxy }),
    clientStatusEndpoint({ clientIp, snapshot, isAdmin: health.isAdmin }),
    rateStatusEndpoint({ identify, turnAway, snapshot, routeOf }),
    ...healthEndpoints(health),
    metricsEndpoint(telemetry.metrics),
    ...(shown ? [liveEndpoint({ feed: shown.feed, clientIp, isAdmin: health.isAdmin })] : []),
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

  async function openAdmin() {
    const { hash, made } = await establishAdminToken(config.ADMIN_TOKEN, repository);
    const sessions = createAdminSessions({ tokenHash: hash });
    const ofAccess = { sessions, loginLimiter: createLimiter(store, SIGN_IN), clientIp };
    const endpoints = adminEndpoints({
      ...ofAccess,
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
        logger.info(command, kind === 'trip' ? 'breaker tripped by hand' : 'breaker reset by hand'),
      keyUses: keyUses.pending,
    });
    const { isAdmin } = createAdminAccess(ofAccess);
    return { sessions, madeToken: made, endpoints, isAdmin };
  }

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

function compilerFor(config: Config, store: Store): (revision: Revision) => Snapshot {
  const compile = createCompiler(store);
  const override = createEnvironmentQuota({
    max: config.RATE_LIMIT_MAX,
    windowSeconds: config.RATE_LIMIT_WINDOW,
  });
  return (revision) => compile(override(revision));
}

async function openConfiguration(
  config: Config,
  compile: (revision: Revision) => Snapshot,
  upstreams: Upstreams,
  logger: Logger,
): Promise<ConfigurationInForce> {
  const repository = await openRepository({
    databaseUrl: config.DATABASE_URL,
    configFile: config.FLOODGATE_CONFIG,
    defaults: defaultConfiguration(config.DEMO_BACKENDS),
    migrations: join(process.cwd(), 'lib/policy/postgres/migrations'),
  });
  const live = await openLive({
    repository,
    compile(revision) {
      const snapshot = compile(revision);
      // Before the routes that lead to them are in force.
      upstreams.follow(snapshot.configuration.upstreams);
      return { revision, snapshot };
    },
    onRevision: ({ version: inForce }) =>
      logger.info({ version: inForce }, 'configuration in force'),
    onFault: (err, { version: refused }) =>
      logger.error({ err, version: refused }, 'a configuration could not be compiled'),
    onHealth: ({ kind, status, faults }) => {
      if (status === 'ok') logger.info({ repository: kind }, 'the configuration can be read again');
      else
        logger.warn(
          { repository: kind, status, faults },
          'the configuration can not be followed: what is in force stays',
        );
    },
  });
  return {
    repository,
    revision: () => live.snapshot().revision,
    snapshot: () => live.snapshot().snapshot,
    close: live.close,
  };
}

function openUpstreams(
  config: Config,
  logger: Logger,
  onAttempt: NonNullable<UpstreamsOptions['onAttempt']>,
): Upstreams {
  const sharing =
    config.REDIS_URL === undefined
      ? undefined
      : createRedisBreakerSharing({ url: config.REDIS_URL });
  return createUpstreams({
    sharing,
    onChange: (event) => logUpstreamEvent(logger, event),
    onAttempt,
  });
}

function logUpstreamEvent(logger: Logger, { kind, forMs, ...event }: UpstreamEvent): void {
  const isGood = ['closed', 'healthy', 'returned'].includes(event.state);
  const message = kind === 'breaker' ? `breaker ${event.state}` : `target ${event.state}`;
  const told = { ...event, ...(forMs !== undefined && { for_ms: Math.round(forMs) }) };
  if (isGood) logger.info(told, message);
  else logger.warn(told, message);
}

function jwtVerifierOf(config: Config, logger: Logger): JwtVerifier | undefined {
  const { JWT_SECRET: secret, JWT_JWKS_URL: url } = config;
  if (secret === undefined && url === undefined) return undefined;
  return createJwtVerifier({
    secret,
    jwks:
      url === undefined
        ? undefined
        : { url, onFailure: (err) => logger.warn({ err }, "the keys of tokens can't be fetched") },
    issuer: config.JWT_ISSUER,
    audience: config.JWT_AUDIENCE,
    clockToleranceSeconds: config.JWT_CLOCK_TOLERANCE,
    userClaim: config.JWT_USER_CLAIM,
    tierClaim: config.JWT_TIER_CLAIM,
  });
}

async function openStore(config: Config, logger: Logger): Promise<Store> {
  if (config.REDIS_URL === undefined) return createMemoryStore();
  const store = createRedisStore({
    url: config.REDIS_URL,
    timeoutMs: config.REDIS_TIMEOUT_MS,
    scripts: join(process.cwd(), 'lua'),
    onUnreachable: (reason) =>
      logger.warn(
        { reason },
        'degraded: Redis is unreachable, policies answer in its place until it does',
      ),
    onEvicting: (maxmemoryPolicy) =>
      logger.warn(
        { maxmemory_policy: maxmemoryPolicy },
        'Redis may forget counters when its memory is full: set maxmemory-policy to noeviction',
      ),
    onRecovered: (outageMs) =>
      logger.info({ outage_ms: outageMs }, 'Redis answers again: limits are enforced'),
  });
  await store.connect();
  return withDenyCache(store);
}
