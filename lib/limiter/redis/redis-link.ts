import type { Redis } from 'ioredis';
import { createAvailability } from './availability';
import { channelIn } from './channel';
import { createCluster } from './cluster';
import { FailureCounts } from './failure';
import { parseRedisUrl } from './redis-url';
import { createSingleServer } from './single-server';
import { createSubscription, type Subscription } from './subscription';

/**
 * Redis for what replicas tell each other beside the counters, on connections of its own: found
 * through Sentinels and followed through a cluster as the store does.
 */
export interface RedisLink {
  /** Asks the server that holds `key`. Rejects with a StoreError, at the latest after the timeout. */
  ask<T>(key: string, command: (client: Redis) => Promise<T>): Promise<T>;
  /** What is to be published to for those who subscribe to `channel`, on the same database. */
  channelNamed(channel: string): string;
  subscribe(listener: ChannelListener): void;
  close(): void;
}

export interface ChannelListener {
  /** Its plain name: the link sees to the database. */
  readonly channel: string;
  readonly onMessage: (message: string) => void;
  /** Told whenever messages may have been missed, also at the beginning. */
  readonly onGap: () => void;
}

export interface RedisLinkOptions {
  /** As the store's. */
  readonly url: string;
  /** Longest wait for an answer, ms. */
  readonly timeoutMs: number;
  /** A key that may be written to, to find out whether a server takes writes. */
  readonly probeKey: string;
}

/** @throws RedisUrlError */
export function createRedisLink({ url, timeoutMs, probeKey }: RedisLinkOptions): RedisLink {
  const endpoint = parseRedisUrl(url);
  const subscriptions: Subscription[] = [];
  const deployment = (endpoint.mode === 'cluster' ? createCluster : createSingleServer)({
    endpoint,
    timeoutMs,
    failures: new FailureCounts(),
    availability: createAvailability({
      onLost: () => undefined,
      onRegained() {
        for (const subscription of subscriptions) subscription.renew();
      },
    }),
    // Deletes nothing, and is refused by a server that takes no writes. A node without the key's slot
    // proves by any answer that it lives.
    probe: (suits) => (client) =>
      suits(probeKey) ? client.hdel(probeKey, 'probe') : client.ping(),
  });
  const connected = deployment.connect();
  const channelNamed = (channel: string) => channelIn(endpoint.db, channel);

  return {
    channelNamed,
    async ask(key, command) {
      await connected;
      return deployment.ask(deployment.groupOf(key), (client, isAsking) => {
        if (isAsking) client.asking().catch(() => undefined);
        return command(client);
      });
    },
    subscribe({ channel, onMessage, onGap }) {
      const subscription = createSubscription({
        channel: channelNamed(channel),
        createClient: deployment.createClient,
        onMessage,
        onGap,
        onFailure: () => undefined,
      });
      subscriptions.push(subscription);
      // In a cluster only a node that was met can be subscribed at.
      void connected.then(subscription.open);
    },
    close() {
      for (const subscription of subscriptions) subscription.close();
      deployment.close();
    },
  };
}
