import type { Call } from '../http';
import type { Admission } from './admission';
import type { RequestTrace } from './observer';
import { type Caller, callerOf } from './sender';

/** The client left before an answer began: nginx's word for it, never sent to anybody. */
export const CLIENT_CLOSED = 499;
const SERVER_ERROR = 500;

export const requestVerdicts = ['allowed', 'denied', 'error'] as const;

/** What a request came to. An error is one whatever the policies said. */
export type RequestVerdict = (typeof requestVerdicts)[number];

/** One request that meets the policies, filled in on its way. A class, for one is made for each. */
export class RequestRecord {
  /** When it came, monotonic ms. */
  readonly startedMs = performance.now();
  /** What was decided; undefined while it is not, also where we have failed before. */
  admission: Admission | undefined;
  /** When it was decided, monotonic ms; 0 before. */
  decidedMs = 0;
  /** Of the answer; 0 before, `CLIENT_CLOSED` where there was nobody to answer. */
  status = 0;
  /** When the head of the answer was known, monotonic ms; 0 before. */
  answeredMs = 0;
  /** The same as Unix ms, by everybody's clock where an observer knows it; 0 before. */
  atMs = 0;
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

  /** Notes that it is decided, now. */
  decided(admission: Admission): void {
    this.admission = admission;
    this.decidedMs = performance.now();
  }

  /** Notes that the head of its answer is known, now. */
  answered(status: number): void {
    this.status = status;
    this.answeredMs = performance.now();
  }

  get method(): string {
    return this.call.method;
  }

  get path(): string {
    return this.call.path;
  }

  /** Undefined where not even an address is known. */
  get caller(): Caller | undefined {
    return callerOf(this.admission);
  }

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
    const { evaluations, refusal } = admission;
    // By index: an iterator would be made for every request.
    for (let i = 0; i < evaluations.length; i++) {
      const evaluation = evaluations[i];
      if (evaluation === undefined) break;
      const { standing, decision } = evaluation;
      const { name, mode } = evaluation.policy.policy;
      if (mode !== 'enforce') continue;
      if (refusal === undefined) return name;
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
