import type { Redis } from 'ioredis';
import type { ResetListener } from '../store';
import { channelIn } from './channel';
import type { ClientOptions } from './client';
import { type FailureCounts, toStoreError } from './failure';
import { createSubscription } from './subscription';

const CHANNEL = 'ratelimit:resets';

/** News of resets and blocks from other replicas. */
export interface ResetChannel {
  /** To be published to. */
  readonly name: string;
  listen(listener: ResetListener): void;
  /** Tells this process's listeners. */
  tell(key: string | undefined): void;
  /** Subscribes anew, as after an outage in which the peer may have vanished without a word. */
  renew(): void;
  close(): void;
}

export interface ResetChannelOptions {
  /** The number of the database whose keys it tells of. */
  readonly db: number;
  /** A client for any server of the deployment, not yet connected. */
  readonly createClient: (overrides: ClientOptions) => Redis;
  readonly failures: FailureCounts;
}

/**
 * Subscribes from the first listener on. Whenever news may have been missed, listeners are told that
 * any key may have been reset. A Redis that forbids to subscribe costs only this news.
 */
export function createResetChannel(options: ResetChannelOptions): ResetChannel {
  const { db, createClient, failures } = options;
  const name = channelIn(db, CHANNEL);
  const listeners: ResetListener[] = [];
  const subscription = createSubscription({
    channel: name,
    createClient,
    onMessage: tell,
    onGap: () => tell(undefined),
    onFailure: (error) => failures.add(toStoreError(error).kind),
  });

  function tell(key: string | undefined): void {
    for (const listener of listeners) listener(key);
  }

  return {
    name,
    listen(listener) {
      listeners.push(listener);
      subscription.open();
    },
    tell,
    renew: subscription.renew,
    close: subscription.close,
  };
}
