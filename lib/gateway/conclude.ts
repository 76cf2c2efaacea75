import type { Reply } from '../http';
import type { Snapshot } from '../policy';
import type { Admission } from './admission';
import { callerOf, type DecisionLog, placeOf, type RecordedDecision } from './decision-log';
import type { Exchange } from './endpoint';
import { type Answer, isHandover } from './handover';
import { appendRateLimitHeaders } from './rate-limit-headers';

export interface ConcludeOptions {
  readonly snapshot: () => Snapshot;
  readonly decisions: DecisionLog;
}

type Judged = Pick<Exchange, 'call' | 'requestId'>;

/** Ends what an admission began: its limits go into the answer's fields, its decisions into the log. */
export type Conclude = <A extends Answer>(
  answer: A,
  admission: Admission,
  route: string,
  exchange: Judged,
) => A;

export function createConclude({ snapshot, decisions }: ConcludeOptions): Conclude {
  function conclude<A extends Answer>(
    answer: A,
    admission: Admission,
    route: string,
    exchange: Judged,
  ): A {
    const isLimited = admission.evaluations.length > 0;
    if (admission.decisions.length > 0) {
      appendRateLimitHeaders(answer.headers, admission.decisions);
    }
    if (isHandover(answer)) answer.isLimited = isLimited;
    else if (isLimited) answer.headers.push('Cache-Control', 'no-store');
    if (!isLimited && admission.refusal === undefined) return answer;
    const atMs = Date.now();
    if (!decisions.count(admission, atMs)) return answer;
    const record = (status: number) =>
      decisions.keep(recordOf(status, answer.headers, admission, route, exchange, atMs));
    if (isHandover(answer)) answer.onStatus = record;
    else record(answer.status);
    return answer;
  }

  function recordOf(
    status: number,
    headers: Reply['headers'],
    { identity, evaluations, decisions: decided, refusal }: Admission,
    route: string,
    { call, requestId }: Judged,
    atMs: number,
  ): RecordedDecision {
    return {
      requestId,
      atMs,
      method: call.method,
      ...placeOf(call.path, call.header('host')),
      caller: identity && callerOf(identity),
      route,
      version: snapshot().version,
      evaluations,
      decisions: decided,
      status,
      isAdmitted: refusal === undefined,
      headers: identity === undefined ? headers : undefined,
    };
  }

  return conclude;
}
