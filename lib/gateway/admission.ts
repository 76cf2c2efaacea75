import {
  ceilSeconds,
  PROBLEM_MEDIA_TYPE,
  PROBLEM_TYPES,
  problem,
  type QuotaPolicy,
  type Reply,
  rateLimitField,
  rateLimitPolicyField,
  text,
} from '../http';
import { algorithmOf, type Decision, type Limit, type RatePolicy, type Verdict } from '../limiter';

/** A decision with numbers. */
type Measured = Exclude<Decision, { source: 'fallback' }>;

/** Policies don't change between requests, so their field is written once. */
const policyFields = new WeakMap<RatePolicy, string>();

/**
 * Appends what a limited answer says of its limits: the IETF fields and the older X-RateLimit trio.
 * An answer that no store vouches for names its policy, is marked degraded, and invents no numbers.
 */
export function appendRateLimitHeaders(headers: string[], decision: Decision): void {
  headers.push('RateLimit-Policy', policyField(decision.policy));
  if (!decision.allowed) headers.push('Retry-After', String(retryAfterSeconds(decision)));
  if (decision.source === 'fallback' || decision.source === 'local') {
    headers.push('X-RateLimit-Status', 'degraded');
  }
  if (decision.source === 'fallback') {
    headers.push('X-RateLimit-Limit', String(decision.policy.limits[0].quota));
    return;
  }
  const { binding, nowMs } = decision;
  headers.push(
    'RateLimit',
    rateLimitField(decision.verdicts),
    'X-RateLimit-Limit',
    String(binding.limit.quota),
    'X-RateLimit-Remaining',
    String(binding.remaining),
    'X-RateLimit-Reset',
    String(ceilSeconds(nowMs + binding.resetMs)),
  );
}

/**
 * The answer to a denied client: which limit, for whom, when to come back. Written by hand where
 * `problem` would serialise the same facts about a limit for every request of a flood.
 */
export function quotaExceeded(
  decision: Measured,
  client: string,
  instance: string,
  requestId: string,
): Reply {
  const { binding, verdicts, source } = decision;
  const { before, after, spent } = factsOf(decision.policy, binding.limit);
  const seconds = retryAfterSeconds(decision);
  const detail = `${client} has used ${spent}; the next request will be allowed in ${seconds} s.`;
  const violated =
    verdicts.length === 1
      ? `"${binding.limit.name}"`
      : verdicts
          .filter(isViolated)
          .map((verdict) => `"${verdict.limit.name}"`)
          .join();
  return text(
    429,
    PROBLEM_MEDIA_TYPE,
    `${before}${JSON.stringify(detail)},"instance":${JSON.stringify(instance)},"request_id":"${requestId}","violated-policies":[${violated}]${after}${seconds},"decided_by":"${source}"}`,
  );
}

/** The answer while the store can't decide and the policy then refuses. */
export function storeUnavailable(policy: RatePolicy, instance: string, requestId: string): Reply {
  return problem(
    {
      type: PROBLEM_TYPES.temporaryReducedCapacity,
      title: 'Temporarily unavailable',
      status: 503,
      detail: `The limits of ${policy.name} can't be checked at the moment; try again shortly.`,
    },
    instance,
    requestId,
  );
}

/** What every denial by a limit says alike. */
interface LimitFacts {
  readonly spent: string;
  /** JSON up to the detail, and from the policy to the seconds. */
  readonly before: string;
  readonly after: string;
}

const limitFacts = new WeakMap<Limit, LimitFacts>();

function factsOf(policy: RatePolicy, limit: Limit): LimitFacts {
  const known = limitFacts.get(limit);
  if (known !== undefined) return known;
  const described = {
    name: policy.name,
    algorithm: limit.algorithm,
    limit: limit.quota,
    window_seconds: windowSeconds(limit),
  };
  const facts = {
    spent: spent(limit),
    before: `{"type":"${PROBLEM_TYPES.quotaExceeded}","title":"Too many requests","status":429,"detail":`,
    after: `,"policy":${JSON.stringify(described)},"retry_after_seconds":`,
  };
  limitFacts.set(limit, facts);
  return facts;
}

function isViolated({ allowed }: Verdict): boolean {
  return !allowed;
}

/** The time in which a limit's quota is renewed from nothing, whole seconds. */
export function windowSeconds(limit: Limit): number {
  return ceilSeconds(algorithmOf(limit).windowMs(limit));
}

function retryAfterSeconds({ retryAfterMs }: Decision): number {
  return Math.max(1, ceilSeconds(retryAfterMs));
}

function spent(limit: Limit): string {
  switch (limit.algorithm) {
    case 'fixed-window':
      return `all ${limit.quota} requests that ${limit.name} allows in each ${limit.windowMs / 1_000} s window`;
    case 'sliding-window-log':
    case 'sliding-window-counter':
      return `all ${limit.quota} requests that ${limit.name} allows in any ${limit.windowMs / 1_000} s`;
    case 'concurrency':
      return `all ${limit.quota} places that ${limit.name} has for requests at the same time`;
    case 'token-bucket':
    case 'gcra':
      return `all ${limit.quota} tokens of ${limit.name}, which refills by ${limit.refillTokens} every ${limit.refillIntervalMs / 1_000} s`;
  }
}

function policyField(policy: RatePolicy): string {
  const known = policyFields.get(policy);
  if (known !== undefined) return known;
  const field = rateLimitPolicyField(policy.limits.map(quotaOf));
  policyFields.set(policy, field);
  return field;
}

function quotaOf(limit: Limit): QuotaPolicy {
  return { name: limit.name, quota: limit.quota, windowMs: algorithmOf(limit).windowMs(limit) };
}
