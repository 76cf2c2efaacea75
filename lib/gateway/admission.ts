import {
  ceilSeconds,
  PROBLEM_TYPES,
  type Problem,
  type QuotaPolicy,
  rateLimitField,
  rateLimitPolicyField,
} from '../http';
import { algorithmOf, type Decision, type Limit, type RatePolicy } from '../limiter';

type Settled = Exclude<Decision, { source: 'fallback' }>;

/** Policies don't change between requests, so their field is written once. */
const policyFields = new WeakMap<RatePolicy, string>();

/**
 * Appends what a limited answer says of its limits: the IETF fields and the older X-RateLimit trio.
 * An answer that no store vouches for names its policy, is marked degraded, and invents no numbers.
 */
export function appendRateLimitHeaders(headers: string[], decision: Decision): void {
  headers.push('RateLimit-Policy', policyField(decision.policy));
  if (decision.source === 'fallback') {
    headers.push('X-RateLimit-Limit', String(decision.policy.limits[0].quota));
    headers.push('X-RateLimit-Status', 'degraded');
    return;
  }
  const { binding, nowMs } = decision;
  headers.push(
    'RateLimit',
    rateLimitField(decision.verdicts.map(stateOf)),
    'X-RateLimit-Limit',
    String(binding.limit.quota),
    'X-RateLimit-Remaining',
    String(binding.remaining),
    'X-RateLimit-Reset',
    String(ceilSeconds(nowMs + binding.resetMs)),
  );
  if (!decision.allowed) headers.push('Retry-After', String(retryAfterSeconds(decision)));
}

/** The problem a denied client is told: which limit, for whom, when to come back. */
export function quotaExceeded(decision: Settled, client: string): Problem {
  const { binding, verdicts, source, policy } = decision;
  const { limit } = binding;
  const seconds = retryAfterSeconds(decision);
  return {
    type: PROBLEM_TYPES.quotaExceeded,
    title: 'Too many requests',
    status: 429,
    detail: `${client} has used ${spent(limit)}; the next request will be allowed in ${seconds} s.`,
    'violated-policies': verdicts
      .filter(({ allowed }) => !allowed)
      .map((verdict) => verdict.limit.name),
    policy: {
      name: policy.name,
      algorithm: limit.algorithm,
      limit: limit.quota,
      window_seconds: windowSeconds(limit),
    },
    retry_after_seconds: seconds,
    decided_by: source,
  };
}

/** The time in which a limit's quota is renewed from nothing, whole seconds. */
export function windowSeconds(limit: Limit): number {
  return ceilSeconds(algorithmOf(limit).windowMs(limit));
}

function retryAfterSeconds({ binding }: Settled): number {
  return Math.max(1, ceilSeconds(binding.retryAfterMs));
}

function spent(limit: Limit): string {
  switch (limit.algorithm) {
    case 'fixed-window':
      return `all ${limit.quota} requests that ${limit.name} allows in each ${limit.windowMs / 1_000} s window`;
    case 'token-bucket':
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

function stateOf({ limit, remaining, resetMs }: Settled['binding']) {
  return { name: limit.name, remaining, resetMs };
}
