import type { RedisLink, StoreHealth } from '../../limiter';
import type { UpstreamStatus } from '../../upstream';
import type { ClockOffset } from './clock-offset';
import { readJson } from './json-text';
import { KEYS, replicaKey } from './keys';
import {
  FORGOTTEN_AFTER_MS,
  instanceSchema,
  MOST_BREAKERS,
  type ReplicaSighting,
  type ReplicaStatus,
  replicaStatusSchema,
  stateOf,
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
  /** Resolves when this replica has told of itself, or can't for now. */
  readonly ready: Promise<void>;
  /** This one first, then the others by name; those that stopped are not among them. Never rejects. */
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
  readonly sources: ReplicaSources;
}

interface Heard {
  readonly status: ReplicaStatus;
  /** Monotonic ms. */
  readonly heardMs: number;
}

const TELL_EVERY_MS = 1_000;
/** Whoever asks again so soon is told what was read, ms. */
const READ_EVERY_MS = 500;
/** Those heard of last are read. */
const MOST_REPLICAS = 1_000;
const LONGEST_STATUS = 262_144;

/**
 * Tells once a second how this replica is, and reads how the others are when somebody asks: a
 * constant number of commands, whatever the traffic. Ages are told by the clock of Redis.
 */
export function createReplicas({ link, clock, self, sources }: ReplicasOptions): Replicas {
  const { instance } = self;
  const startedAt = new Date().toISOString();
  const vitals = createVitals();
  let status: ReplicaStatus | undefined;
  let heard: readonly Heard[] = [];
  let readMs = Number.NEGATIVE_INFINITY;
  let reading: Promise<void> | undefined;
  let telling: Promise<void> | undefined;

  const ready = tell();
  const timer = setInterval(() => void tell(), TELL_EVERY_MS);
  timer.unref();

  async function describe(): Promise<ReplicaStatus> {
    const { kind, status: storeStatus, latencyMs, sinceMs } = await sources.store();
    return {
      ...self,
      started_at: startedAt,
      config: sources.config(),
      store: {
        kind,
        status: storeStatus,
        latency_ms: latencyMs === null ? null : Math.round(latencyMs * 1_000) / 1_000,
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

  function tell(): Promise<void> {
    telling ??= describe()
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

  /** Those who took leave are not found, and thereby forgotten. */
  async function read(from: RedisLink): Promise<void> {
    const nowMs = Date.now() + clock.ms;
    const found = await from.ask(KEYS.replicas, (client) =>
      client.zrevrangebyscore(
        KEYS.replicas,
        '+inf',
        nowMs - FORGOTTEN_AFTER_MS,
        'WITHSCORES',
        'LIMIT',
        0,
        MOST_REPLICAS,
      ),
    );
    const members = membersIn(found).filter((member) => member.instance !== instance);
    if (members.length === 0) {
      heard = [];
      return;
    }
    const keys = members.map((member) => replicaKey(member.instance));
    const texts = await from.ask(KEYS.replicas, (client) => client.mget(keys));
    const atMs = performance.now();
    heard = members.flatMap(({ instance: of, seenAtMs }, index) => {
      const told = readJson(texts[index], replicaStatusSchema, LONGEST_STATUS);
      if (told?.instance !== of) return [];
      return [{ status: told, heardMs: atMs - Math.max(0, nowMs - seenAtMs) }];
    });
  }

  async function refresh(): Promise<void> {
    if (link === undefined || performance.now() - readMs < READ_EVERY_MS) return;
    reading ??= read(link)
      // Redis is away: what was heard grows old.
      .catch(() => undefined)
      .finally(() => {
        reading = undefined;
        readMs = performance.now();
      });
    await reading;
  }

  /** Before the first description nothing is known of this one, which does not take long. */
  async function own(): Promise<ReplicaSighting[]> {
    if (status === undefined) await ready;
    return status === undefined
      ? []
      : [{ status, state: 'live', seenAtMs: Date.now(), isSelf: true }];
  }

  function sightings(): ReplicaSighting[] {
    return heard
      .map(({ status: told, heardMs }) => ({ told, ageMs: performance.now() - heardMs }))
      .filter(({ ageMs }) => ageMs <= FORGOTTEN_AFTER_MS)
      .map(({ told, ageMs }) => ({
        status: told,
        state: stateOf(ageMs),
        seenAtMs: Date.now() - ageMs,
        isSelf: false,
      }))
      .sort((a, b) => compare(a.status.replica, b.status.replica));
  }

  return {
    ready,
    async all() {
      await refresh();
      return [...(await own()), ...sightings()];
    },
    async others() {
      await refresh();
      return sightings().flatMap(({ state, status: told }) => (state === 'live' ? [told] : []));
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

/** Member and score in turns. */
function membersIn(reply: readonly unknown[]) {
  const members: { readonly instance: string; readonly seenAtMs: number }[] = [];
  for (let at = 0; at < reply.length; at += 2) {
    const instance = instanceSchema.safeParse(reply[at]).data;
    const seenAtMs = Number(reply[at + 1]);
    if (instance !== undefined && Number.isFinite(seenAtMs)) members.push({ instance, seenAtMs });
  }
  return members;
}

function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
