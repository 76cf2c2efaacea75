import { roundedMs } from '../../http';
import type { RedisLink, StoreHealth } from '../../limiter';
import type { UpstreamStatus } from '../../upstream';
import { within } from '../../within';
import type { ClockOffset } from './clock-offset';
import { KEYS, replicaKey } from './keys';
import { createOtherReplicas } from './other-replicas';
import {
  FORGOTTEN_AFTER_MS,
  MOST_BREAKERS,
  type ReplicaSighting,
  type ReplicaStatus,
} from './replica-status';
import { transact } from './transaction';
import { createVitals } from './vitals';

/** Who this replica is. `replica` is the name it is shown by. */
export type ReplicaSelf = Pick<ReplicaStatus, 'replica' | 'instance' | 'role' | 'version'>;

/** Where the numbers come from that a replica tells of itself. Asked once a second. */
export interface ReplicaSources {
  readonly config: () => ReplicaStatus['config'];
  /** Never rejects. */
  readonly store: () => Promise<StoreHealth>;
  readonly requestsPerSecond: () => number;
  /** Requests on their way. */
  readonly inFlight: () => number;
  readonly connections: () => number;
  readonly breakers: () => readonly Pick<UpstreamStatus, 'name' | 'breaker'>[];
}

export interface Replicas {
  /**
   * Tells of this replica once a second from now on. To be called once.
   * @returns when it was told for the first time, or can't be within half a second. Never rejects.
   */
  join(sources: ReplicaSources): Promise<void>;
  /** This one first, once it has joined, then the others by name; those that stopped are not among them. Never rejects. */
  all(): Promise<readonly ReplicaSighting[]>;
  /** Live ones besides this. Never rejects. */
  others(): Promise<readonly ReplicaStatus[]>;
  /** Tells the others that this one stops. */
  close(): Promise<void>;
}

export interface ReplicasOptions {
  /** Undefined: there are no others. */
  readonly link: RedisLink | undefined;
  readonly clock: ClockOffset;
  readonly self: ReplicaSelf;
}

const TELL_EVERY_MS = 1_000;
/** Of a start, for a Redis that is slow or silent: it is told all the same when it answers. */
const LONGEST_JOINING_MS = 500;

/**
 * Tells once a second how this replica is, and reads how the others are when somebody asks: a
 * constant number of commands, whatever the traffic.
 */
export function createReplicas({ link, clock, self }: ReplicasOptions): Replicas {
  const { instance } = self;
  const startedAt = new Date().toISOString();
  const vitals = createVitals();
  const fromOthers = link && createOtherReplicas({ link, clock, instance });
  let status: ReplicaStatus | undefined;
  let telling: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;

  async function describe(sources: ReplicaSources): Promise<ReplicaStatus> {
    const { kind, status: storeStatus, latencyMs, sinceMs } = await sources.store();
    return {
      ...self,
      started_at: startedAt,
      config: sources.config(),
      store: {
        kind,
        status: storeStatus,
        latency_ms: latencyMs === null ? null : roundedMs(latencyMs),
        since: new Date(sinceMs).toISOString(),
      },
      requests_per_second: sources.requestsPerSecond(),
      in_flight: sources.inFlight(),
      connections: sources.connections(),
      ...vitals.read(),
      breakers: sources
        .breakers()
        .flatMap(({ name, breaker: { state, isTripped } }) =>
          state === 'closed' ? [] : [{ upstream: name, state, tripped: isTripped }],
        )
        .slice(0, MOST_BREAKERS),
    };
  }

  function tell(sources: ReplicaSources): Promise<void> {
    telling ??= describe(sources)
      .then(async (described) => {
        status = described;
        if (link !== undefined) await write(link, described);
      })
      // Redis is away; it is told again in a second.
      .catch(() => undefined)
      .finally(() => {
        telling = undefined;
      });
    return telling;
  }

  async function write(to: RedisLink, described: ReplicaStatus): Promise<void> {
    // By a clock that is wrong all others would be forgotten.
    if (!clock.isMeasured) await to.ask(KEYS.replicas, (client) => timed(() => client.time()));
    const nowMs = Math.round(Date.now() + clock.ms);
    await to.ask(KEYS.replicas, (client) =>
      timed(async () => {
        const replies = await transact(client, (transaction) =>
          transaction
            .set(replicaKey(instance), JSON.stringify(described), 'PX', FORGOTTEN_AFTER_MS)
            .zadd(KEYS.replicas, nowMs, instance)
            .zremrangebyscore(KEYS.replicas, '-inf', nowMs - FORGOTTEN_AFTER_MS)
            .pexpire(KEYS.replicas, FORGOTTEN_AFTER_MS)
            .time(),
        );
        return replies.at(-1);
      }),
    );
  }

  async function timed(ask: () => Promise<unknown>): Promise<void> {
    const askedMs = Date.now();
    clock.measure(await ask(), askedMs, Date.now());
  }

  /** Before the first description nothing is known of this one, which does not take long. */
  async function own(): Promise<ReplicaSighting[]> {
    if (status === undefined) await telling;
    return status === undefined
      ? []
      : [{ status, state: 'live', seenAtMs: Date.now(), isSelf: true }];
  }

  return {
    join(sources) {
      timer = setInterval(() => void tell(sources), TELL_EVERY_MS).unref();
      return within(tell(sources), LONGEST_JOINING_MS);
    },
    async all() {
      const others = (await fromOthers?.sightings()) ?? [];
      return [...(await own()), ...others];
    },
    async others() {
      const sightings = (await fromOthers?.sightings()) ?? [];
      return sightings.flatMap(({ state, status: told }) => (state === 'live' ? [told] : []));
    },
    async close() {
      clearInterval(timer);
      await telling;
      vitals.close();
      await link
        ?.ask(KEYS.replicas, (client) =>
          transact(client, (transaction) =>
            transaction.zrem(KEYS.replicas, instance).del(replicaKey(instance)),
          ),
        )
        .catch(() => undefined);
    },
  };
}
