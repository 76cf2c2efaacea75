import { join } from 'node:path';
import { version } from '../package.json';
import { type Config, readConfig } from './config';
import {
  createGateway,
  documentationEndpoints,
  type Gateway,
  healthEndpoints,
  openApiEndpoint,
  pingEndpoint,
  type Replica,
  rateStatusEndpoint,
  stockPriceEndpoint,
} from './gateway';
import { type ClientIpReader, createClientIpReader } from './identity';
import {
  createLimiter,
  createMemoryStore,
  createRedisStore,
  type Limiter,
  type RatePolicyInput,
  type Store,
  withDenyCache,
} from './limiter';
import { defaultPolicies, type Policies } from './policy';
import { createLogger, type Logger } from './telemetry';

/** Every long-lived part of the process, built once. */
export interface Runtime {
  readonly config: Config;
  readonly logger: Logger;
  readonly store: Store;
  readonly stockPriceLimiter: Limiter;
  readonly clientIp: ClientIpReader;
  readonly gateway: Gateway;
  readonly replica: Replica;
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
  const clientIp = createClientIpReader(config.TRUSTED_PROXIES);
  const policies = defaultPolicies({
    max: config.RATE_LIMIT_MAX,
    windowSeconds: config.RATE_LIMIT_WINDOW,
  });
  const stockPriceLimiter = createLimiter(store, policyNamed(policies, 'stock-price'));
  const pingLimiter = createLimiter(store, policyNamed(policies, 'ping'));
  const replica = {
    name: config.FLOODGATE_REPLICA,
    role: config.FLOODGATE_ROLE,
    version,
    isDraining: false,
  };
  const limited = [stockPriceEndpoint(stockPriceLimiter), pingEndpoint(pingLimiter)];
  const endpoints = [
    ...limited,
    rateStatusEndpoint(limited),
    ...healthEndpoints(replica, store),
    ...(config.FLOODGATE_ROLE === 'all' ? documentationEndpoints() : []),
  ];
  const gateway = createGateway({
    endpoints: [...endpoints, openApiEndpoint(endpoints, version)],
    clientIp,
    corsOrigins: config.CORS_ORIGINS,
    onError: (error, requestId) =>
      logger.error({ err: error, request_id: requestId }, 'internal error'),
  });
  return {
    config,
    logger,
    store,
    stockPriceLimiter,
    clientIp,
    gateway,
    replica,
    drain() {
      replica.isDraining = true;
    },
    close: () => store.close(),
  };
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
        'degraded: Redis is unreachable, requests pass uncounted until it answers',
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

function policyNamed(policies: Policies, name: string): RatePolicyInput {
  const policy = policies.get(name);
  if (policy === undefined) throw new TypeError(`no policy is named ${name}`);
  return policy;
}
