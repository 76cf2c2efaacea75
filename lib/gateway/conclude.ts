import type { Reply } from '../http';
import type { Snapshot } from '../policy';
import type { Admission } from './admission';
import { callerOf, type DecisionLog, placeOf, type RecordedDecision } from './decision-log';
import { type Answer, isHandover } from './handover';
import type { RequestObserver } from './observer';
import { appendRateLimitHeaders } from './rate-limit-headers';
import { CLIENT_CLOSED, type RequestRecord } from './request-record';

export interface ConcludeOptions {
  readonly snapshot: () => Snapshot;
  readonly decisions: DecisionLog;
  readonly observer: RequestObserver;
}

/**
 * Ends what an admission began: its limits go into the answer's fields, what became of it to those who
 * watch, and into the log.
 */
export type Conclude = <A extends Answer>(
  answer: A,
  admission: Admission,
  record: RequestRecord,
) => A;

export function createConclude({ snapshot, decisions, observer }: ConcludeOptions): Conclude {
  function conclude<A extends Answer>(answer: A, admission: Admission, record: RequestRecord): A {
    const isLimited = admission.evaluations.length > 0;
    if (admission.decisions.length > 0) {
      appendRateLimitHeaders(answer.headers, admission.decisions);
    }
    if (!isHandover(answer)) {
      if (isLimited) answer.headers.push('Cache-Control', 'no-store');
      answered(record, answer.status, answer.headers, admission);
      observer.onEnd(record);
      return answer;
    }
    answer.isLimited = isLimited;
    const { headers, onEnd } = answer;
    answer.onStatus = (status) => answered(record, status, headers, admission);
    answer.onEnd = () => {
      onEnd?.();
      if (record.status === 0) answered(record, CLIENT_CLOSED, headers, admission);
      observer.onEnd(record);
    };
    return answer;
  }

  function answered(
    record: RequestRecord,
    status: number,
    headers: Reply['headers'],
    admission: Admission,
  ): void {
    record.status = status;
    record.answeredMs = performance.now();
    observer.onAnswer(record);
    const atMs = Date.now();
    const isKept = decisions.count(admission, atMs);
    if (!isKept && record.weight === 0) return;
    decisions.keep(recordOf(record, headers, admission, atMs), record.weight > 0);
  }

  function recordOf(
    { requestId, call, route, status, latencyMs, policy, verdict }: RequestRecord,
    headers: Reply['headers'],
    { identity, evaluations, decisions: decided, refusal }: Admission,
    atMs: number,
  ): RecordedDecision {
    return {
      requestId,
      atMs,
      latencyMs,
      method: call.method,
      ...placeOf(call.path, call.header('host')),
      caller: identity && callerOf(identity),
      route,
      policy,
      verdict,
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
