import type { Decision } from '../limiter';
import type { Admission } from './admission';
import { type DecisionFilter, searchDecisions } from './decision-search';
import type { Evaluation } from './evaluation';
import type { RequestVerdict } from './request-record';
import { type Caller, callerOf } from './sender';

/** What was found out about one request, kept as it was found. */
export interface RecordedDecision {
  readonly requestId: string;
  /** Of its answer, Unix ms by everybody's clock. */
  readonly atMs: number;
  /** From its coming to the head of the answer, ms. */
  readonly latencyMs: number;
  readonly method: string;
  readonly path: string;
  readonly host: string | undefined;
  /** Undefined where not even an address is known. */
  readonly caller: Caller | undefined;
  readonly route: string;
  /** The one that decided; undefined where none did. */
  readonly policy: string | undefined;
  readonly verdict: RequestVerdict;
  /** Of the configuration. */
  readonly version: number;
  readonly evaluations: readonly Evaluation[];
  /** Of the enforced policies; the answer's fields are told from them again, not kept. */
  readonly decisions: readonly Decision[];
  readonly status: number;
  /** Whether it was let in. */
  readonly isAdmitted: boolean;
  /** Name, value, name, value …: those of an answer that no decision tells of. */
  readonly headers: readonly string[] | undefined;
}

/** What a policy has decided since the process started. */
export interface PolicyCount {
  allowed: number;
  denied: number;
  /** What it would have denied were it enforced. */
  wouldDeny: number;
}

/** The last decisions of this process, so that one can be asked why. */
export interface DecisionLog {
  /**
   * Counts what the policies decided.
   * @param admission undefined: we have failed before @param nowMs Unix ms
   * @returns whether the decision is to be kept
   */
  count(admission: Admission | undefined, nowMs: number): boolean;
  /** @param isShown whether people are shown it as it happens: it then outlives what a flood pushes out */
  keep(decision: RecordedDecision, isShown: boolean): void;
  /** The latest decision under this id, if it is still kept. */
  find(requestId: string): RecordedDecision | undefined;
  /** The kept decisions that a filter lets through, newest first. */
  search(filter: DecisionFilter, limit: number): RecordedDecision[];
  readonly counts: ReadonlyMap<string, Readonly<PolicyCount>>;
  /** Since when it counts, Unix ms. */
  readonly sinceMs: number;
}

/** Refusals are what people ask about; what was let in must not push them out. */
const KEPT_REFUSED = 10_000;
const KEPT_ADMITTED = 1_000;
/** As many as a page of the latest decisions shows, and those before. */
const KEPT_SHOWN = 3_000;
/** Who floods must not push out the others' refusals. Per address and second. */
const KEPT_REFUSED_OF_CALLER = 20;
/** Per second; what is kept long is costly for the collector of garbage. */
const KEPT_ADMITTED_OF_SECOND = 100;
/** Names in counts; configuration bounds them, but not those that it once had. */
const MOST_POLICIES = 20_000;
const SECOND_MS = 1_000;
const NONE: readonly never[] = [];

export function createDecisionLog(): DecisionLog {
  const refused = createRing(KEPT_REFUSED);
  const admitted = createRing(KEPT_ADMITTED);
  const shown = createRing(KEPT_SHOWN);
  const counts = new Map<string, PolicyCount>();
  const refusedOfSecond = new Map<string, number>();
  let admittedOfSecond = 0;
  let secondMs = 0;

  function countOf(name: string): PolicyCount {
    const known = counts.get(name);
    if (known !== undefined) return known;
    const [oldest] = counts.keys();
    if (counts.size >= MOST_POLICIES && oldest !== undefined) counts.delete(oldest);
    const count = { allowed: 0, denied: 0, wouldDeny: 0 };
    counts.set(name, count);
    return count;
  }

  function isKept(admission: Admission | undefined, nowMs: number): boolean {
    if (nowMs - secondMs >= SECOND_MS || nowMs < secondMs) {
      secondMs = nowMs;
      admittedOfSecond = 0;
      refusedOfSecond.clear();
    }
    if (admission !== undefined && admission.refusal === undefined)
      return ++admittedOfSecond <= KEPT_ADMITTED_OF_SECOND;
    const ip = callerOf(admission)?.ip ?? '';
    const refusedBefore = refusedOfSecond.get(ip) ?? 0;
    if (refusedBefore === KEPT_REFUSED_OF_CALLER || refusedOfSecond.size > KEPT_REFUSED)
      return false;
    refusedOfSecond.set(ip, refusedBefore + 1);
    return true;
  }

  return {
    count(admission, nowMs) {
      const evaluations = admission?.evaluations ?? NONE;
      // By index: an iterator would be made for every request.
      for (let i = 0; i < evaluations.length; i++) {
        const evaluation = evaluations[i];
        if (evaluation === undefined) break;
        const { policy, standing, decision: decided } = evaluation;
        const isDenied = decided?.allowed === false || standing === 'forbidden';
        if (decided === undefined && !isDenied) continue;
        const count = countOf(policy.policy.name);
        if (!isDenied) count.allowed += 1;
        else if (policy.policy.mode === 'shadow') count.wouldDeny += 1;
        else count.denied += 1;
      }
      return isKept(admission, nowMs);
    },
    keep(decision, isShown) {
      if (isShown) shown.push(decision);
      if (!decision.isAdmitted) refused.push(decision);
      else if (!isShown) admitted.push(decision);
    },
    find: (requestId) =>
      shown.find(requestId) ?? refused.find(requestId) ?? admitted.find(requestId),
    search: (filter, limit) => searchDecisions([shown, refused, admitted], filter, limit),
    counts,
    sinceMs: Date.now(),
  };
}

function createRing(size: number) {
  const kept: RecordedDecision[] = [];
  let next = 0;
  return {
    push(decision: RecordedDecision): void {
      kept[next] = decision;
      next = (next + 1) % size;
    },
    find(requestId: string): RecordedDecision | undefined {
      for (const decision of this) if (decision.requestId === requestId) return decision;
      return undefined;
    },
    /** Latest first. */
    *[Symbol.iterator](): Generator<RecordedDecision> {
      for (let back = 1; back <= kept.length; back++) {
        const decision = kept[(next - back + size) % size];
        if (decision !== undefined) yield decision;
      }
    },
  };
}
