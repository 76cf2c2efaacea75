import type { MaybePromise } from '../limiter';
import type { RequestObserver } from './observer';
import type { RequestRecord } from './request-record';

const INTERNAL_ERROR = 500;

/** Answers a request that is watched: its coming is told, and so is a failure of ours. */
export function watched<A>(
  record: RequestRecord,
  observer: RequestObserver,
  answer: () => MaybePromise<A>,
): MaybePromise<A> {
  observer.onStart(record);
  try {
    const answered = answer();
    return answered instanceof Promise ? answered.catch(fail) : answered;
  } catch (error) {
    return fail(error);
  }

  function fail(error: unknown): never {
    record.status = INTERNAL_ERROR;
    record.answeredMs = performance.now();
    observer.onAnswer(record);
    observer.onEnd(record);
    throw error;
  }
}
