import { Redis, type RedisOptions } from 'ioredis';
import type { HostAndPort, RedisEndpoint } from './redis-url';

export type ClientOptions = Omit<RedisOptions, 'replyMapping'>;

const backoffMs = (attempt: number) => Math.min(2_000, 50 * 2 ** attempt) * (0.5 + Math.random());

/**
 * A connection that never makes a request wait for its recovery: no offline queue (a stale burst
 * would be replayed later and consume quota of the past), no resending (a resent INCRBY counts
 * twice), reconnection with jitter for as long as it takes.
 *
 * `protocol: 2` and no ready check keep the handshake free of replies to wait for, so that a peer
 * that accepts connections and then says nothing is met by the store's deadline like any other.
 */
const connectionOptions = {
  protocol: 2,
  disableClientInfo: true,
  enableReadyCheck: false,
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  autoResubscribe: false,
  maxRetriesPerRequest: 0,
  connectTimeout: 2_000,
  sentinelCommandTimeout: 2_000,
  lazyConnect: true,
  retryStrategy: backoffMs,
  sentinelRetryStrategy: backoffMs,
} satisfies ClientOptions;

/**
 * A client that connects when told to.
 * @param node the node of a cluster; otherwise the endpoint says where to go
 */
export function createRedisClient(
  endpoint: RedisEndpoint,
  node?: HostAndPort,
  overrides: ClientOptions = {},
): Redis {
  const { mode, username, password, db, isEncrypted, hosts } = endpoint;
  const options: ClientOptions = {
    ...connectionOptions,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(isEncrypted ? { tls: {} } : {}),
    ...(mode === 'sentinel' ? sentinelOptions(endpoint) : (node ?? hosts[0])),
    db,
    ...overrides,
  };
  return new Redis(options);
}

function sentinelOptions(endpoint: RedisEndpoint): ClientOptions {
  const { hosts, masterName, isEncrypted, sentinelUsername, sentinelPassword } = endpoint;
  return {
    sentinels: [...hosts],
    name: masterName,
    ...(isEncrypted ? { enableTLSForSentinelMode: true, sentinelTLS: {} } : {}),
    ...(sentinelUsername === undefined ? {} : { sentinelUsername }),
    ...(sentinelPassword === undefined ? {} : { sentinelPassword }),
  };
}
