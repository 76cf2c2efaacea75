import { createRedisLink } from '../../limiter';
import type { TrafficLink } from '../traffic';
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
  /** Longest wait for Redis, ms; nothing that a client asks for waits with it. */
  readonly timeoutMs?: number;
}

/** All replicas on one Redis, as one of them sees them. */
export interface Fleet extends Questions {
  /** Undefined without Redis. */
  readonly traffic: TrafficLink | undefined;
  /**
   * Tells the others how this replica is, from now on. To be called once.
   * @returns when Redis has told its time, or can't within half a second. Never rejects.
   */
  join(sources: ReplicaSources): Promise<void>;
  /** This replica first, once it has joined, then the others by name. Never rejects. */
  replicas(): Promise<readonly ReplicaSighting[]>;
  /** Takes leave of the others. Traffic is to be flushed before. */
  close(): Promise<void>;
}

/**
 * Joins the replicas: over one connection for commands, and one for each channel that is listened to.
 * @throws RedisUrlError
 */
export function createFleet({ url, self, timeoutMs = 1_000 }: FleetOptions): Fleet {
  const link =
    url === undefined ? undefined : createRedisLink({ url, timeoutMs, probeKey: KEYS.probe });
  const { instance } = self;
  const clock = createClockOffset();
  const traffic = link && createRedisTraffic({ link, clock, instance });
  const replicas = createReplicas({ link, clock, self });
  const questions = createQuestions({ link, self, others: replicas.others });
  return {
    traffic,
    join: replicas.join,
    replicas: replicas.all,
    ask: questions.ask,
    answer: questions.answer,
    async close() {
      questions.close();
      await replicas.close();
      link?.close();
    },
  };
}
