import { bounded } from '../http';
import type { Snapshot } from '../policy';
import type { DecisionLog, RecordedDecision } from './decision-log';
import { releaseSlots } from './evaluation';
import { type Answer, isHandover } from './handover';
import type { RequestObserver } from './observer';
import { appendRateLimitHeaders } from './rate-limit-headers';
import { CLIENT_CLOSED, type RequestRecord } from './request-record';
import { keptCaller, LONGEST_NAME } from './sender';

export interface ConcludeOptions {
  readonly snapshot: () => Snapshot;
  readonly decisions: DecisionLog;
  readonly observer: RequestObserver;
}

/** Ends what a request began: what became of it goes to those who watch, and into the log. */
export interface Conclude {
  /** Its limits go into the answer's fields, and slots are given back once nothing is in flight. */
  conclude<A extends Answer>(answer: A, record: RequestRecord): A;
  /** We have failed to answer it. */
  abandon(record: RequestRecord): void;
}

const INTERNAL_ERROR = 500;
const NOTHING: readonly never[] = [];
/** Clients choose it, and thousands are kept. */
const LONGEST_PATH = 512;

export function createConclude({ snapshot, decisions, observer }: ConcludeOptions): Conclude {
  function conclude<A extends Answer>(answer: A, record: RequestRecord): A {
    const { headers } = answer;
    const {
      identity,
      evaluations = NOTHING,
      decisions: decided = NOTHING,
    } = record.admission ?? {};
    const isLimited = evaluations.length > 0;
    // Those of others are told from their decisions again.
    const kept = identity === undefined ? headers : undefined;
    if (decided.length > 0) appendRateLimitHeaders(headers, decided);
    if (!isHandover(answer)) {
      releaseSlots(evaluations);
      if (isLimited) headers.push('Cache-Control', 'no-store');
      answered(record, answer.status, kept);
      observer.onEnd(record);
      return answer;
    }
    answer.isLimited = isLimited;
    answer.onStatus = (status) => answered(record, status, kept);
    answer.onEnd = () => {
      releaseSlots(evaluations);
      if (record.status === 0) answered(record, CLIENT_CLOSED, kept);
      observer.onEnd(record);
    };
    return answer;
  }

  function abandon(record: RequestRecord): void {
    releaseSlots(record.admission?.evaluations ?? NOTHING);
    answered(record, INTERNAL_ERROR, NOTHING);
    observer.onEnd(record);
  }

  function answered(record: RequestRecord, status: number, headers: RecordedDecision['headers']) {
    record.answered(status);
    observer.onAnswer(record);
    if (record.atMs === 0) record.atMs = Date.now();
    const isShown = record.weight > 0;
    const isKept = decisions.count(record.admission, record.atMs);
    if (isKept || isShown) decisions.keep(recordOf(record, headers), isShown);
  }

  function recordOf(record: RequestRecord, headers: RecordedDecision['headers']): RecordedDecision {
    const { admission, caller } = record;
    const host = record.call.header('host');
    return {
      requestId: record.requestId,
      atMs: record.atMs,
      latencyMs: record.latencyMs,
      method: record.method,
      path: bounded(record.path, LONGEST_PATH),
      host: host && bounded(host, LONGEST_NAME),
      caller: caller && keptCaller(caller),
      route: record.route,
      policy: record.policy,
      verdict: record.verdict,
      version: snapshot().version,
      evaluations: admission?.evaluations ?? NOTHING,
      decisions: admission?.decisions ?? NOTHING,
      status: record.status,
      isAdmitted: admission !== undefined && admission.refusal === undefined,
      headers,
    };
  }

  return { conclude, abandon };
}
