import type { Counts, LiveDecision, LiveSecond } from '../traffic';

/** The first event of every stream. */
export interface LiveHello {
  readonly server_time: string;
  /** The replica that tells. */
  readonly replica: string;
  /** How many watch by this process, this viewer included. */
  readonly viewers: number;
  readonly is_admin: boolean;
}

/** A second of all replicas, told about 0.7 s after it ended. */
export interface LiveSecondJson extends Counts {
  /** Unix seconds. */
  readonly at: number;
  readonly p50_ms: number | null;
  readonly p95_ms: number | null;
  readonly p99_ms: number | null;
}

/** What everybody may know of a request: nothing that says whose it was, or what for. */
export type PublicDecision = Omit<LiveDecision, 'id' | 'path' | 'identity'>;

/**
 * By its members' names, so that one that is added stays among admins until it is written here. To the
 * second and the millisecond: finer times would tell one request from another.
 */
export function publicDecision(decision: LiveDecision): PublicDecision {
  const { replica, method, route, policy, verdict, status, weight } = decision;
  const at = decision.at - (decision.at % 1_000);
  const duration_ms = Math.round(decision.duration_ms);
  return { at, replica, method, route, policy, verdict, status, duration_ms, weight };
}

export function secondJson(second: LiveSecond): LiveSecondJson {
  const { at, allowed, denied, errors, p50, p95, p99 } = second;
  return { at, allowed, denied, errors, p50_ms: p50, p95_ms: p95, p99_ms: p99 };
}
