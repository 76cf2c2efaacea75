import type { Identity } from '../identity';
import type { Decision } from '../limiter';
import { type DecisionFilter, searchDecisions } from './decision-search';
import type { Evaluation } from './evaluation';
import type { RequestVerdict } from './request-record';

/** Who a request came from, without what else a token said. */
export type Caller = Pick<Identity, 'ip' | 'keyId' | 'user' | 'tier'>;

/** What was found out about one request, kept as it was found. */
export interface RecordedDecision {
  readonly requestId: string;
  /** Unix ms of its answer. */
  readonly atMs: number;
  /** From its coming to the head of the answer, ms. */
  readonly latencyMs: number;
  readonly method: string;
  readonly path: string;
  readonly host: string | undefined;
  /** Undefined when its credentials held nothing. */
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
  /** Counts what the policies decided. @param nowMs Unix ms @returns whether the decision is to be kept */
  count(admission: Counted, nowMs: number): boolean;
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

/** What counting has to know of an admission. */
export interface Counted {
  readonly identity: Pick<Identity, 'ip'> | undefined;
  readonly evaluations: readonly Evaluation[];
  readonly refusal?: unknown;
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
/** Clients choose these, and thousands of them are kept. */
const LONGEST_PATH = 512;
const LONGEST_NAME = 256;
/** Names in counts; configuration bounds them, but not those that it once had. */
const MOST_POLICIES = 20_000;

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

  function isKept({ identity, refusal }: Counted, nowMs: number): boolean {
    if (nowMs - secondMs >= 1_000) {
      secondMs = nowMs;
      admittedOfSecond = 0;
      refusedOfSecond.clear();
    }
    if (refusal === undefined) return ++admittedOfSecond <= KEPT_ADMITTED_OF_SECOND;
    const ip = identity?.ip ?? '';
    const refusedBefore = refusedOfSecond.get(ip) ?? 0;
    if (refusedBefore === KEPT_REFUSED_OF_CALLER || refusedOfSecond.size > KEPT_REFUSED)
      return false;
    refusedOfSecond.set(ip, refusedBefore + 1);
    return true;
  }

  return {
    count(admission, nowMs) {
      for (const { policy, standing, decision: decided } of admission.evaluations) {
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
      else if (decision.isAdmitted) admitted.push(decision);
      else refused.push(decision);
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

/** Of an identity, what is worth keeping. */
export function callerOf({ ip, keyId, user, tier }: Identity): Caller {
  return {
    ip,
    keyId,
    user: user && bounded(user, LONGEST_NAME),
    tier: tier && bounded(tier, LONGEST_NAME),
  };
}

/** A request's path and host as they are kept. */
export function placeOf(path: string, host: string | undefined) {
  return { path: bounded(path, LONGEST_PATH), host: host && bounded(host, LONGEST_NAME) };
}

/** A copy, since a slice would keep the whole text alive. */
function bounded(text: string, longest: number): string {
  if (text.length <= longest) return text;
  return `${Buffer.from(text.slice(0, longest), 'utf16le').toString('utf16le')}…`;
}
