import { ReplyError } from 'ioredis';
import { z } from 'zod';
import { type Check, type Ruling, type Store, StoreError, type StoreHealth } from '../store';
import { createBatcher } from './batcher';
import { createBreaker } from './breaker';
import { createRedisClient } from './client';
import { loadDecideScript } from './script';

export interface RedisStoreOptions {
  /** `redis://` or `rediss://`. */
  readonly url: string;
  /** Longest wait for Redis, ms. Past it the decision fails and Redis is left alone until it answers a probe. */
  readonly timeoutMs: number;
  /** Folder of the Lua files. */
  readonly scripts: string;
  readonly onUnreachable?: (reason: string) => void;
  /** Told when Redis is set up so that it may forget counters. */
  readonly onEvicting?: (maxmemoryPolicy: string) => void;
  /** @param outageMs how long Redis was away */
  readonly onRecovered?: (outageMs: number) => void;
}

export interface RedisStore extends Store {
  /** Waits for the first connection, at most the timeout. Never throws: an absent Redis is an outage like any other. */
  connect(): Promise<void>;
}

/** Written by probes: only a write finds out about a read-only replica or a full memory. */
const PROBE_KEY = 'ratelimit:{probe}';

const maxmemoryPolicySchema = z.tuple([z.literal('maxmemory-policy'), z.string()]);

/** Counters in Redis, shared by all replicas. One script call per turn of the event loop. */
export function createRedisStore(options: RedisStoreOptions): RedisStore {
  const { url, timeoutMs, scripts, onUnreachable, onRecovered, onEvicting } = options;
  const client = createRedisClient(url, loadDecideScript(scripts));
  let lastConnectionError: Error | undefined;
  let isClosing = false;
  let measurement: Promise<StoreHealth> | undefined;

  const breaker = createBreaker({
    probe,
    onOpen: (reason) => onUnreachable?.(messageOf(reason)),
    onClose: (openMs) => onRecovered?.(openMs),
  });
  const batcher = createBatcher(({ keys, args }) =>
    ask(() => client.decide(keys.length, ...keys, ...args)),
  );

  client.on('error', (error) => {
    lastConnectionError = error;
  });
  client.on('ready', breaker.nudge);
  client.on('close', () => {
    if (!isClosing) breaker.open(lastConnectionError ?? 'connection closed');
  });

  async function ask<T>(command: () => Promise<T>): Promise<T> {
    try {
      return await withDeadline(command(), timeoutMs);
    } catch (error) {
      const failure = toStoreError(error, client.status === 'ready');
      breaker.open(failure);
      throw failure;
    }
  }

  async function probe(): Promise<void> {
    try {
      await withDeadline(client.set(PROBE_KEY, '1', 'PX', 1_000), timeoutMs);
    } catch (error) {
      // Connected but silent: the peer may have vanished without a word, a new connection tells.
      if (error instanceof StoreError && client.status === 'ready') client.disconnect(true);
      throw error;
    }
  }

  async function checkEviction(): Promise<void> {
    const reply = await withDeadline(client.config('GET', 'maxmemory-policy'), timeoutMs);
    const policy = maxmemoryPolicySchema.parse(reply)[1];
    if (policy !== 'noeviction') onEvicting?.(policy);
  }

  function decide(checks: readonly Check[]): Promise<Ruling> {
    if (breaker.isOpen) throw new StoreError('disconnected', 'Redis is unreachable');
    return batcher.decide(checks);
  }

  async function measure(): Promise<StoreHealth> {
    const startedAt = performance.now();
    if (!breaker.isOpen) await ask(() => client.ping()).catch(() => undefined);
    const latencyMs = breaker.isOpen ? null : performance.now() - startedAt;
    const status = breaker.isOpen ? 'unreachable' : 'ok';
    return { kind: 'redis', status, latencyMs, sinceMs: breaker.sinceMs };
  }

  return {
    kind: 'redis',
    decide,
    health() {
      // Whoever asks while a measurement is under way shares it.
      measurement ??= measure().finally(() => {
        measurement = undefined;
      });
      return measurement;
    },
    async connect() {
      try {
        await withDeadline(client.connect(), timeoutMs);
      } catch (error) {
        breaker.open(lastConnectionError ?? error);
        return;
      }
      // Managed servers often forbid CONFIG; not knowing is no reason to complain.
      void checkEviction().catch(() => undefined);
    },
    async close() {
      isClosing = true;
      breaker.stop();
      client.disconnect();
    },
  };
}

/**
 * Rejects when `work` takes longer than `ms`. The verdict waits for one poll of the sockets after
 * the timer: when this process was the slow one, the answer is already there and is not thrown away.
 */
function withDeadline<T>(work: Promise<T>, ms: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const expire = () => reject(new StoreError('timeout', `no answer from Redis within ${ms} ms`));
    const timer = setTimeout(() => setImmediate(expire), ms);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

function toStoreError(error: unknown, isConnected: boolean): StoreError {
  if (error instanceof StoreError) return error;
  const kind = error instanceof ReplyError || isConnected ? 'refused' : 'disconnected';
  return new StoreError(kind, messageOf(error), { cause: error });
}

function messageOf(reason: unknown): string {
  return reason instanceof Error ? reason.message : String(reason);
}
