import { Redis, type RedisOptions, type Result } from 'ioredis';

declare module 'ioredis' {
  interface RedisCommander<Context> {
    decide(
      ...args: [keys: number, ...keysAndArguments: (string | number)[]]
    ): Result<unknown, Context>;
  }
}

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
  maxRetriesPerRequest: 0,
  connectTimeout: 2_000,
  lazyConnect: true,
  retryStrategy: (attempt: number) => Math.min(2_000, 50 * 2 ** attempt) * (0.5 + Math.random()),
} satisfies RedisOptions;

/**
 * A client with the `decide` command defined from `script`. Connects when told to.
 * @param url `redis://` or `rediss://`
 */
export function createRedisClient(url: string, script: string): Redis {
  const client = new Redis(url, connectionOptions);
  client.defineCommand('decide', { lua: script });
  return client;
}
