/** What became of a request. `degraded`: allowed while nothing was counted. */
export type Outcome = 'allowed' | 'denied' | 'degraded' | 'error';

export type HeaderList = readonly (readonly [name: string, value: string])[];

/** All that came back for one request. Times that are points in time follow the server's clock, Unix ms. */
export interface Answer {
  readonly outcome: Outcome;
  /** HTTP status; 0 when no answer came. */
  readonly status: number;
  /** Why no answer came. */
  readonly failure: string | null;
  /** From sending to the headers, ms. */
  readonly firstByteMs: number;
  /** From sending to the end of the body, ms. */
  readonly latencyMs: number;
  readonly receivedAtMs: number;
  readonly headers: HeaderList;
  readonly body: string;
  readonly limit: number | null;
  readonly remaining: number | null;
  readonly resetAtMs: number | null;
  /** Whole seconds until the quota is renewed, as the server counted them when it decided. */
  readonly resetSeconds: number | null;
  readonly retryAfterSeconds: number | null;
  /** Who denied; null for what was not denied. */
  readonly decidedBy: 'store' | 'deny-cache' | 'local' | null;
}

/** One request as the page shows it. */
export interface Block {
  /** Running number from 1, in order of sending. */
  readonly id: number;
  readonly ticker: string;
  /** When it was handed over or, while it waits, queued: the server's clock, Unix ms. */
  readonly sentAtMs: number;
  /** Waits for a place among the requests in flight. */
  readonly isQueued: boolean;
  readonly answer: Answer | null;
}

export type BlockState = Outcome | 'pending';

export function stateOf(block: Block): BlockState {
  return block.answer?.outcome ?? 'pending';
}
