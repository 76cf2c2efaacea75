import type { Call } from '../http';
import { algorithmOf, type Decision, type Limit, type Verdict } from '../limiter';
import type { Snapshot, Subject } from '../policy';
import type { RecordedDecision } from './decision-log';
import { type Evaluation, evaluate, type Standing } from './evaluation';
import type {
  ExplainedIdentity,
  ExplainedLimit,
  ExplainedPolicy,
  Explanation,
} from './explanation-schema';
import { appendRateLimitHeaders, isMeasured } from './rate-limit-headers';
import { NO_ROUTE } from './route-name';
import { type Caller, senderOf } from './sender';

/** Fields of an answer that belong to its explanation. */
const TOLD = /^(?:ratelimit|x-ratelimit|retry-after|www-authenticate)/i;

interface Facts {
  readonly recorded: boolean;
  readonly requestId: string | null;
  readonly atMs: number;
  readonly replica: string;
  readonly version: number;
  readonly policyCount: number;
  readonly call: Pick<Call, 'method' | 'path'> & { readonly host: string | undefined };
  readonly subject: Caller | undefined;
  readonly route: string;
  readonly evaluations: readonly Evaluation[];
  readonly outcome: Outcome;
  readonly status: number;
  readonly headers: readonly string[];
}

type Outcome = Explanation['outcome'];

/** Tells what was found out about a request when it came. */
export function explainRecorded(
  { requestId, caller, path, method, host, headers, isAdmitted, ...recorded }: RecordedDecision,
  replica: string,
  policyCount: number,
): Explanation {
  const { evaluations, status } = recorded;
  const isStopped = !isAdmitted && evaluations.length === 0;
  return explain({
    ...recorded,
    recorded: true,
    requestId,
    replica,
    policyCount,
    call: { method, path, host },
    subject: caller,
    outcome: isStopped ? stoppedOutcome(status) : outcomeOf(evaluations, status),
    headers: headers ?? fieldsOf(recorded.decisions),
  });
}

/** Tells what would become of a request now, consuming nothing. */
export async function explainHypothetical(
  snapshot: Snapshot,
  subject: Subject,
  call: Call,
  route: string,
  replica: string,
): Promise<Explanation> {
  const peeked = await Promise.all(
    snapshot.policiesFor(call).map((policy) => peek(evaluate(policy, subject, call, route))),
  );
  const evaluations = foresee(peeked);
  const decisions = evaluations.flatMap(({ policy, decision }) =>
    decision && policy.policy.mode === 'enforce' ? [decision] : [],
  );
  const outcome = outcomeOf(evaluations, 200);
  const isDecided = outcome !== 'forbidden' && outcome !== 'bad-cost';
  return explain({
    ...hypothesis(call, replica, snapshot),
    subject,
    route,
    evaluations,
    outcome,
    status: STATUS[outcome],
    headers: isDecided ? fieldsOf(decisions) : [],
  });
}

/** What all hypothetical requests have in common. */
function hypothesis(call: Call, replica: string, { version, configuration }: Snapshot) {
  return {
    recorded: false,
    requestId: null,
    atMs: Date.now(),
    replica,
    version,
    policyCount: configuration.policies.length,
    call: { method: call.method, path: call.path, host: call.header('host') },
  };
}

function fieldsOf(decisions: readonly Decision[]): string[] {
  const fields: string[] = [];
  appendRateLimitHeaders(fields, decisions);
  return fields;
}

/** Tells that a request's credentials would hold nothing, whatever the policies. */
export function explainRefused(call: Call, replica: string, snapshot: Snapshot): Explanation {
  return explain({
    ...hypothesis(call, replica, snapshot),
    subject: undefined,
    outcome: 'unauthorized',
    route: NO_ROUTE,
    evaluations: [],
    status: STATUS.unauthorized,
    headers: [],
  });
}

/** An evaluation with the state of its limits. */
async function peek(evaluation: Evaluation): Promise<Evaluation> {
  const { claim } = evaluation;
  if (claim === undefined) return evaluation;
  return { ...evaluation, decision: await claim.limiter.peek(claim.identifier) };
}

/** What these policies would decide. A request that one of the enforced denies takes nothing from them. */
function foresee(peeked: readonly Evaluation[]): Evaluation[] {
  const decided = peeked.map((evaluation) => {
    const { decision, claim } = evaluation;
    if (decision === undefined || claim === undefined) return evaluation;
    return { ...evaluation, decision: afterCost(decision, claim.cost) };
  });
  const isDenied = decided.some(
    ({ policy, decision }) => policy.policy.mode === 'enforce' && decision?.allowed === false,
  );
  if (!isDenied) return decided;
  return decided.map((evaluation, index) => {
    const { policy, decision } = evaluation;
    const isUntaken = policy.policy.mode === 'enforce' && decision?.allowed === true;
    return isUntaken ? (peeked[index] ?? evaluation) : evaluation;
  });
}

/** What a decision that took nothing would have been had it taken `cost`. */
function afterCost(decision: Decision, cost: number): Decision {
  if (!isMeasured(decision)) return decision;
  const verdicts = decision.verdicts.map((verdict): Verdict => {
    if (!verdict.allowed || verdict.remaining >= cost) return verdict;
    return { ...verdict, allowed: false, retryAfterMs: untilPayable(verdict, cost) };
  });
  const allowed = verdicts.every((verdict) => verdict.allowed);
  const taken = verdicts.map((verdict) => (allowed ? taking(verdict, cost) : verdict));
  const binding = bindingOf(taken) ?? decision.binding;
  const retryAfterMs = allowed ? 0 : binding.retryAfterMs;
  return { ...decision, allowed, verdicts: taken, binding, retryAfterMs };
}

/** What an allowing verdict becomes when the units are taken. */
function taking(verdict: Verdict, cost: number): Verdict {
  const { limit, remaining, resetMs } = verdict;
  if ('refillTokens' in limit) {
    const refillMs = Math.ceil((cost * limit.refillIntervalMs) / limit.refillTokens);
    return { ...verdict, remaining: remaining - cost, resetMs: resetMs + refillMs };
  }
  // What was taken now stays until nothing of a whole window is left to look back at.
  const untilMs = Math.max(resetMs, algorithmOf(limit).windowMs(limit));
  const isAligned = limit.algorithm === 'fixed-window';
  return { ...verdict, remaining: remaining - cost, resetMs: isAligned ? resetMs : untilMs };
}

/**
 * How long until `cost` units are there, ms. A bucket is full after `resetMs`, and has had as much the
 * time of the other units before; windows give back what they give at their end, or earlier.
 */
function untilPayable({ limit, resetMs }: Verdict, cost: number): number {
  if (!('refillTokens' in limit)) return resetMs;
  const msOfOthers = ((limit.quota - cost) * limit.refillIntervalMs) / limit.refillTokens;
  return Math.max(1, Math.ceil(resetMs - msOfOthers));
}

function bindingOf(verdicts: readonly Verdict[]): Verdict | undefined {
  return verdicts.toSorted(
    (a, b) =>
      b.retryAfterMs - a.retryAfterMs || a.remaining / a.limit.quota - b.remaining / b.limit.quota,
  )[0];
}

const STATUS = {
  allowed: 200,
  denied: 429,
  forbidden: 403,
  unauthorized: 401,
  'bad-cost': 400,
  unavailable: 503,
} as const satisfies Record<Outcome, number>;

function explain(facts: Facts): Explanation {
  const { subject, evaluations, call, headers } = facts;
  const told: [string, string][] = [];
  for (let i = 0; i < headers.length; i += 2) {
    const [name = '', value = ''] = headers.slice(i, i + 2);
    if (TOLD.test(name)) told.push([name, value]);
  }
  return {
    recorded: facts.recorded,
    request_id: facts.requestId,
    at: new Date(facts.atMs).toISOString(),
    replica: facts.replica,
    version: facts.version,
    request: { method: call.method, path: call.path, host: call.host ?? null },
    identity: subject === undefined ? null : identityOf(subject),
    route: facts.route === NO_ROUTE ? null : facts.route,
    outcome: facts.outcome,
    status: facts.status,
    policies: evaluations.map((evaluation) => describe(evaluation, facts)),
    not_matched: Math.max(0, facts.policyCount - evaluations.length),
    headers: told,
  };
}

function identityOf(caller: Caller): ExplainedIdentity {
  const { ip, keyId, user, tier } = caller;
  return {
    kind: senderOf(caller).kind,
    ip,
    key_id: keyId ?? null,
    user: user ?? null,
    tier: tier ?? null,
  };
}

/** Of a request that no policy was asked about: its credentials held nothing, or could not be checked. */
function stoppedOutcome(status: number): Outcome {
  if (status === STATUS.denied) return 'denied';
  return status >= 500 ? 'unavailable' : 'unauthorized';
}

/** What the enforced policies come to, the first of them first. */
function outcomeOf(evaluations: readonly Evaluation[], status: number): Outcome {
  const enforced = evaluations.filter(({ policy }) => policy.policy.mode === 'enforce');
  for (const { standing } of enforced) {
    if (standing === 'forbidden' || standing === 'bad-cost') return standing;
  }
  const denying = enforced.filter(({ decision }) => decision?.allowed === false);
  if (denying.length === 0) return status === 503 ? 'unavailable' : 'allowed';
  const isMeasuredDenial = denying.some(({ decision }) => decision && isMeasured(decision));
  return isMeasuredDenial ? 'denied' : 'unavailable';
}

function describe(evaluation: Evaluation, { subject, atMs }: Facts): ExplainedPolicy {
  const { policy, claim, decision } = evaluation;
  const { name, mode, priority, overrides } = policy.policy;
  const tier = subject?.tier;
  const limiter = policy.limiterFor(tier);
  const hasOverride = overrides.some((override) => override.tier === tier);
  return {
    name,
    // Policies that are off never match.
    mode: mode === 'shadow' ? 'shadow' : 'enforce',
    priority,
    outcome: policyOutcome(evaluation),
    identifier: claim?.identifier ?? null,
    key: claim?.limiter.keyOf(claim.identifier, nowOf(decision, atMs)) ?? null,
    tier: hasOverride && tier !== undefined ? tier : null,
    cost: claim?.cost ?? null,
    limits: decision ? verdictsOf(decision) : (limiter?.policy.limits.map(unmeasured) ?? []),
  };
}

function nowOf(decision: Decision | undefined, atMs: number): number {
  return decision !== undefined && isMeasured(decision) ? decision.nowMs : atMs;
}

const UNLIMITED_OUTCOMES: Readonly<
  Record<Exclude<Standing, 'limited'>, ExplainedPolicy['outcome']>
> = {
  exempt: 'exempt',
  unlimited: 'unlimited',
  forbidden: 'forbidden',
  'bad-cost': 'bad-cost',
};

function policyOutcome({ standing, policy, decision }: Evaluation): ExplainedPolicy['outcome'] {
  if (standing !== 'limited') return UNLIMITED_OUTCOMES[standing];
  if (decision === undefined || !isMeasured(decision)) {
    return decision?.allowed === false ? 'denied' : 'unmeasured';
  }
  if (decision.allowed) return 'allowed';
  return policy.policy.mode === 'shadow' ? 'would-deny' : 'denied';
}

function verdictsOf(decision: Decision): ExplainedLimit[] {
  if (!isMeasured(decision)) return decision.policy.limits.map(unmeasured);
  return decision.verdicts.map(({ limit, allowed, remaining, resetMs, retryAfterMs }) => ({
    name: limit.name,
    algorithm: limit.algorithm,
    limit: limit.quota,
    remaining,
    reset_in_ms: resetMs,
    retry_after_ms: retryAfterMs,
    allowed,
  }));
}

function unmeasured(limit: Limit): ExplainedLimit {
  return {
    name: limit.name,
    algorithm: limit.algorithm,
    limit: limit.quota,
    remaining: null,
    reset_in_ms: null,
    retry_after_ms: null,
    allowed: null,
  };
}
