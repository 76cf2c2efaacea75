import type { RequestRecord } from './request-record';

/**
 * Watches the requests that meet the policies: for series, metrics, the log and traces. Called on
 * their way: must be quick, must not throw, and is waited for by nobody.
 */
export interface RequestObserver {
  /** It has come, and nothing is known of it but the call. */
  onStart(record: RequestRecord): void;
  /** Its admission is known. */
  onDecided(record: RequestRecord): void;
  /**
   * The head of its answer is known. Sets `weight` where it is to be shown, and `atMs` where it knows
   * everybody's clock.
   */
  onAnswer(record: RequestRecord): void;
  /** Nothing of it is in flight any more. Last, once, also where no answer began. */
  onEnd(record: RequestRecord): void;
}

/** The trace of one request, where traces are made. */
export interface RequestTrace {
  /** An attempt at a target begins. @param url what is asked of it, without the query */
  attempt(upstream: string, url: string): AttemptTrace;
}

/** One attempt at a target within a trace. */
export interface AttemptTrace {
  /** What the target is told, W3C Trace Context. */
  readonly traceparent: string;
  readonly tracestate: string | undefined;
  /** The head of its answer came. Ends it. */
  answered(status: number): void;
  /** None came. Ends it; after `answered` it says nothing. @param reason error type of RFC 9209, or `client_closed` */
  failed(reason: string): void;
}

/** Watches nothing. */
export const NO_OBSERVER: RequestObserver = {
  onStart: () => undefined,
  onDecided: () => undefined,
  onAnswer: () => undefined,
  onEnd: () => undefined,
};
