import { z } from 'zod';
import { instanceSchema } from '../traffic';

const name = z.string().min(1).max(64);
const count = z.number().min(0);

/** Further ones are not told of. */
export const MOST_BREAKERS = 1_000;

/** What a replica tells of itself. */
export const replicaStatusSchema = z.object({
  /** The name it is shown by; several may have the same. */
  replica: name,
  instance: instanceSchema,
  role: z.enum(['all', 'gateway']),
  version: z.string().max(64),
  started_at: z.iso.datetime(),
  /** `version` is that of the configuration in force. */
  config: z.object({
    kind: z.enum(['file', 'postgres', 'memory']),
    status: z.enum(['ok', 'invalid', 'unreachable']),
    version: z.int().min(0),
  }),
  /** Null: it does not answer. */
  store: z.object({
    kind: z.enum(['memory', 'redis']),
    status: z.enum(['ok', 'unreachable']),
    latency_ms: count.nullable(),
    since: z.iso.datetime(),
  }),
  requests_per_second: count,
  /** Requests on their way. */
  in_flight: count,
  connections: count,
  /** How late timers were in the last second. */
  event_loop_p99_ms: count,
  /** Resident. */
  memory_mib: count,
  /** Those that are not closed. */
  breakers: z
    .array(z.object({ upstream: name, state: z.enum(['open', 'half-open']), tripped: z.boolean() }))
    .max(MOST_BREAKERS),
});

export type ReplicaStatus = z.output<typeof replicaStatusSchema>;

/** `silent`: not heard of for a moment. `gone`: for so long that it will hardly come back. */
export const replicaStates = ['live', 'silent', 'gone'] as const;
export type ReplicaState = (typeof replicaStates)[number];

/** A replica as this one sees it. */
export interface ReplicaSighting {
  readonly status: ReplicaStatus;
  readonly state: ReplicaState;
  /** When it was heard of last, Unix ms of this machine's clock. */
  readonly seenAtMs: number;
  readonly isSelf: boolean;
}

/** Without a word for longer than this, ms. */
const SILENT_AFTER_MS = 3_000;
const GONE_AFTER_MS = 15_000;
export const FORGOTTEN_AFTER_MS = 600_000;

/** @param ageMs since it was heard of */
export function stateOf(ageMs: number): ReplicaState {
  if (ageMs > GONE_AFTER_MS) return 'gone';
  return ageMs > SILENT_AFTER_MS ? 'silent' : 'live';
}
