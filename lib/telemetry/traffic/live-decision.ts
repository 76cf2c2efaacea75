import { type RecordedDecision, senderOf } from '../../gateway';
import { bounded } from '../../http';
import { LONGEST_PATH } from './frame-schema';
import { type LiveDecision, NONE } from './port';

/** What is shown of a request, on its way or recorded. */
export type ShownRequest = Pick<
  RecordedDecision,
  | 'requestId'
  | 'atMs'
  | 'latencyMs'
  | 'method'
  | 'path'
  | 'caller'
  | 'route'
  | 'policy'
  | 'verdict'
  | 'status'
>;

/**
 * A request as the latest ones are shown.
 * @param replica the name of who answered it @param weight for how many requests it stands
 */
export function liveDecisionOf(request: ShownRequest, replica: string, weight = 1): LiveDecision {
  const { requestId, atMs, latencyMs, method, path, caller, route, policy } = request;
  return {
    id: requestId,
    at: atMs,
    replica,
    method,
    path: bounded(path, LONGEST_PATH),
    identity: caller === undefined ? null : senderOf(caller),
    route,
    policy: policy ?? NONE,
    verdict: request.verdict,
    status: request.status,
    duration_ms: Math.round(latencyMs * 1_000) / 1_000,
    weight,
  };
}
