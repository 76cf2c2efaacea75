import type { Call } from '../http';
import type { Admission } from './admission';
import type { RequestTrace } from './observer';

/** The client left before an answer began: nginx's word for it, never sent to anybody. */
export const CLIENT_CLOSED = 499;
const SERVER_ERROR = 500;

/** What a request came to. An error is one whatever the policies said. */
export type RequestVerdict = 'allowed' | 'denied' | 'error';

/** One request that meets the policies, filled in on its way. A class, for one is made for each. */
export class RequestRecord {
  /** When it came, monotonic ms. */
  readonly startedMs = performance.now();
  /** What it came to; undefined while that is not known, and where we have failed. */
  admission: Admission | undefined;
  /** When it was decided, monotonic ms; 0 before. */
  decidedMs = 0;
  /** Of the answer; 0 before, `CLIENT_CLOSED` where there was nobody to answer. */
  status = 0;
  /** When the head of the answer was known, monotonic ms; 0 before. */
  answeredMs = 0;
  /** The upstream that was asked, and its target. */
  upstream: string | undefined;
  target: string | undefined;
  /** Targets that were asked. */
  attempts = 0;
  /** For how many requests it stands where decisions are shown one by one; 0: it is not shown. */
  weight = 0;
  /** There while traces are made, also of some requests that are not sampled: their targets are to know. */
  trace: RequestTrace | undefined;

  /** @param route the endpoint's path, the route's name, or `NO_ROUTE` */
  constructor(
    readonly call: Call,
    readonly requestId: string,
    readonly route: string,
  ) {}

  get verdict(): RequestVerdict {
    if (this.status >= SERVER_ERROR) return 'error';
    return this.admission?.refusal === undefined ? 'allowed' : 'denied';
  }

  /**
   * The policy that decided: the first that refused, else the first that was enforced. Undefined
   * where none did.
   */
  get policy(): string | undefined {
    const { admission } = this;
    if (admission === undefined) return undefined;
    let first: string | undefined;
    for (const { policy, standing, decision } of admission.evaluations) {
      const { name, mode } = policy.policy;
      if (mode !== 'enforce') continue;
      if (admission.refusal === undefined) return name;
      first ??= name;
      if (standing === 'forbidden' || standing === 'bad-cost' || decision?.allowed === false)
        return name;
    }
    return first;
  }

  /** From its coming to the head of the answer, ms; 0 before. */
  get latencyMs(): number {
    return this.answeredMs === 0 ? 0 : this.answeredMs - this.startedMs;
  }

  /** From its coming to the decision, ms; 0 before. */
  get decisionMs(): number {
    return this.decidedMs === 0 ? 0 : this.decidedMs - this.startedMs;
  }
}
