import type { Redis } from 'ioredis';
import type { ResetListener } from '../store';
import type { ClientOptions } from './client';
import { type FailureCounts, toStoreError } from './failure';

export const RESET_CHANNEL = 'ratelimit:resets';

/** News of resets and blocks from other replicas. */
export interface ResetChannel {
  listen(listener: ResetListener): void;
  /** Tells this process's listeners. */
  tell(key: string | undefined): void;
  /** Subscribes anew, as after an outage in which the peer may have vanished without a word. */
  renew(): void;
  close(): void;
}

export interface ResetChannelOptions {
  /** A client for any server of the deployment, not yet connected. */
  readonly createClient: (overrides: ClientOptions) => Redis;
  readonly failures: FailureCounts;
}

const MIN_WAIT_MS = 100;
const MAX_WAIT_MS = 10_000;

/**
 * Subscribes on a connection of its own, from the first listener on. Whenever news may have been
 * missed, listeners are told that any key may have been reset. A Redis that forbids to subscribe
 * costs only this news.
 */
export function createResetChannel({ createClient, failures }: ResetChannelOptions): ResetChannel {
  const listeners: ResetListener[] = [];
  let client: Redis | undefined;
  let timer: NodeJS.Timeout | undefined;
  let waitMs = MIN_WAIT_MS;
  let isClosed = false;

  function tell(key: string | undefined): void {
    for (const listener of listeners) listener(key);
  }

  function subscribe(): void {
    // Ends with its connection: in a cluster the next one may be another node's.
    const subscriber = createClient({
      retryStrategy: () => null,
      sentinelRetryStrategy: () => null,
    });
    client = subscriber;
    subscriber.on('error', () => undefined);
    subscriber.on('message', (_channel, key) => tell(key));
    subscriber.once('end', () => {
      if (isClosed) return;
      tell(undefined);
      timer = setTimeout(subscribe, waitMs * (0.5 + Math.random()));
      timer.unref();
      waitMs = Math.min(MAX_WAIT_MS, waitMs * 2);
    });
    start(subscriber).catch((error: unknown) => {
      if (!isClosed) failures.add(toStoreError(error).kind);
      subscriber.disconnect();
    });
  }

  async function start(subscriber: Redis): Promise<void> {
    await subscriber.connect();
    await subscriber.subscribe(RESET_CHANNEL);
    waitMs = MIN_WAIT_MS;
    tell(undefined);
  }

  return {
    listen(listener) {
      listeners.push(listener);
      if (client === undefined) subscribe();
    },
    tell,
    renew() {
      waitMs = MIN_WAIT_MS;
      client?.disconnect();
    },
    close() {
      isClosed = true;
      clearTimeout(timer);
      client?.disconnect();
    },
  };
}
