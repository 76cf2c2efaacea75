import type { Redis } from 'ioredis';
import type { ClientOptions } from './client';

/** A channel of Redis that is listened to for as long as it takes. */
export interface Subscription {
  /** Begins to listen; further calls do nothing. */
  open(): void;
  /** Subscribes anew, as after an outage in which the peer may have vanished without a word. */
  renew(): void;
  close(): void;
}

export interface SubscriptionOptions {
  readonly channel: string;
  /** A client for any server of the deployment, not yet connected. */
  readonly createClient: (overrides: ClientOptions) => Redis;
  readonly onMessage: (message: string) => void;
  /** Told whenever messages may have been missed, also at the beginning. */
  readonly onGap: () => void;
  readonly onFailure: (error: unknown) => void;
}

const MIN_WAIT_MS = 100;
const MAX_WAIT_MS = 10_000;

/** Subscribes on a connection of its own, and again with growing pauses whenever that ends. */
export function createSubscription(options: SubscriptionOptions): Subscription {
  const { channel, createClient, onMessage, onGap, onFailure } = options;
  let client: Redis | undefined;
  let timer: NodeJS.Timeout | undefined;
  let waitMs = MIN_WAIT_MS;
  let isClosed = false;

  function subscribe(): void {
    // Ends with its connection: in a cluster the next one may be another node's.
    const subscriber = createClient({
      retryStrategy: () => null,
      sentinelRetryStrategy: () => null,
    });
    client = subscriber;
    subscriber.on('error', () => undefined);
    subscriber.on('message', (_channel, message) => onMessage(message));
    subscriber.once('end', () => {
      if (isClosed) return;
      onGap();
      timer = setTimeout(subscribe, waitMs * (0.5 + Math.random()));
      timer.unref();
      waitMs = Math.min(MAX_WAIT_MS, waitMs * 2);
    });
    start(subscriber).catch((error: unknown) => {
      if (!isClosed) onFailure(error);
      subscriber.disconnect();
    });
  }

  async function start(subscriber: Redis): Promise<void> {
    await subscriber.connect();
    await subscriber.subscribe(channel);
    waitMs = MIN_WAIT_MS;
    onGap();
  }

  return {
    open() {
      if (client === undefined && !isClosed) subscribe();
    },
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
