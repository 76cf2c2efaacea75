import type { Caller, RecordedDecision } from '../../gateway';
import { LONGEST_NAME, LONGEST_PATH } from '../traffic/frame-schema';
import { type LiveDecision, NONE, type TrafficIdentity } from '../traffic/port';

/** A recorded decision as the latest ones are shown. @param replica the name of who recorded it */
export function liveDecisionOf(recorded: RecordedDecision, replica: string): LiveDecision {
  const { requestId, atMs, method, path, caller, route, policy, verdict, status } = recorded;
  return {
    id: requestId,
    at: atMs,
    replica,
    method,
    path: path.length > LONGEST_PATH ? `${path.slice(0, LONGEST_PATH)}…` : path,
    identity: caller === undefined ? null : identityOf(caller),
    route,
    policy: policy ?? NONE,
    verdict,
    status,
    duration_ms: Math.round(recorded.latencyMs * 1_000) / 1_000,
    weight: 1,
  };
}

function identityOf({ keyId, user, ip }: Caller): TrafficIdentity {
  if (keyId !== undefined) return { kind: 'key', value: keyId };
  if (user !== undefined) return { kind: 'user', value: user.slice(0, LONGEST_NAME) };
  return { kind: 'ip', value: ip };
}
