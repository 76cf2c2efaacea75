import type { RedisLink } from '../../limiter';
import { instanceSchema } from '../traffic';
import type { ClockOffset } from './clock-offset';
import { readJson } from './json-text';
import { KEYS, replicaKey } from './keys';
import {
  FORGOTTEN_AFTER_MS,
  type ReplicaSighting,
  type ReplicaStatus,
  replicaStatusSchema,
  stateOf,
} from './replica-status';

/** What the other replicas have told. */
export interface OtherReplicas {
  /** By name; those that stopped in order are not among them. Never rejects. */
  sightings(): Promise<readonly ReplicaSighting[]>;
}

export interface OtherReplicasOptions {
  readonly link: RedisLink;
  readonly clock: ClockOffset;
  /** Of this replica, which is none of the others. */
  readonly instance: string;
}

interface Heard {
  readonly status: ReplicaStatus;
  /** Monotonic ms. */
  readonly heardMs: number;
}

/** Whoever asks again so soon is told what was read, ms. */
const READ_EVERY_MS = 500;
/** Those heard of last are read. */
const MOST_REPLICAS = 1_000;
const LONGEST_STATUS = 262_144;

/** Reads them when somebody asks; ages are told by the clock of Redis. */
export function createOtherReplicas({
  link,
  clock,
  instance,
}: OtherReplicasOptions): OtherReplicas {
  let heard: readonly Heard[] = [];
  let readMs = Number.NEGATIVE_INFINITY;
  let reading: Promise<void> | undefined;

  /** Those who took leave are not found, and thereby forgotten. */
  async function read(): Promise<void> {
    const nowMs = Date.now() + clock.ms;
    const found = await link.ask(KEYS.replicas, (client) =>
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
    const texts = await link.ask(KEYS.replicas, (client) => client.mget(keys));
    const atMs = performance.now();
    heard = members.flatMap(({ instance: of, seenAtMs }, index) => {
      const told = readJson(texts[index], replicaStatusSchema, LONGEST_STATUS);
      if (told?.instance !== of) return [];
      return [{ status: told, heardMs: atMs - Math.max(0, nowMs - seenAtMs) }];
    });
  }

  async function refresh(): Promise<void> {
    if (performance.now() - readMs < READ_EVERY_MS) return;
    reading ??= read()
      // Redis is away: what was heard grows old.
      .catch(() => undefined)
      .finally(() => {
        reading = undefined;
        readMs = performance.now();
      });
    await reading;
  }

  return {
    async sightings() {
      await refresh();
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
