import { join } from 'node:path';
import type { Config } from '../config';
import { createMemoryStore, createRedisStore, type Store, withDenyCache } from '../limiter';
import type { Logger } from '../telemetry';

/** Opens the store of counters: Redis, or this process's memory. @throws RedisUrlError */
export async function openStore(config: Config, logger: Logger): Promise<Store> {
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
