import { createRedisLink } from '../../limiter';
import type { TrafficLink } from '../traffic/port';
import { createClockOffset } from './clock-offset';
import { KEYS } from './keys';
import type { Questions } from './question';
import { createQuestions } from './questions';
import { createRedisTraffic } from './redis-traffic';
import type { ReplicaSighting } from './replica-status';
import { createReplicas, type ReplicaSelf, type ReplicaSources } from './replicas';

export interface FleetOptions {
  /** As the store's; none: this replica is alone. */
  readonly url?: string | undefined;
  readonly self: ReplicaSelf;
  readonly sources: ReplicaSources;
  /** Longest wait for Redis, ms; nothing that a client asks for waits with it. */
  readonly timeoutMs?: number;
}

/** All replicas on one Redis, as one of them sees them. */
export interface Fleet extends Questions {
  /** Undefined without Redis. */
  readonly traffic: TrafficLink | undefined;
  /** Resolves when Redis has told its time, or can't for now. */
  readonly ready: Promise<void>;
  /** This replica first, then the others by name. Never rejects. */
  replicas(): Promise<readonly ReplicaSighting[]>;
  /** Takes leave of the others. Traffic is to be flushed before. */
  close(): Promise<void>;
}

/**
 * Joins the replicas: over one connection for commands, and one for each channel that is listened to.
 * @throws RedisUrlError
 */
export function createFleet({ url, self, sources, timeoutMs = 1_000 }: FleetOptions): Fleet {
  const link =
    url === undefined ? undefined : createRedisLink({ url, timeoutMs, probeKey: KEYS.probe });
  const { instance } = self;
  const clock = createClockOffset();
  const traffic = link && createRedisTraffic({ link, clock, instance });
  const replicas = createReplicas({ link, clock, self, sources });
  const questions = createQuestions({ link, self, others: replicas.others });
  return {
    traffic,
    ready: replicas.ready,
    replicas: replicas.all,
    ask: questions.ask,
    answer: questions.answer,
    async close() {
      questions.close();
      await replicas.close();
      await traffic?.close();
      link?.close();
    },
  };
}
