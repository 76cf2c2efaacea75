import { ceilSeconds, type QuotaPolicy, rateLimitField, rateLimitPolicyField } from '../http';
import { algorithmOf, type Decision, type Limit, type RatePolicy, type Verdict } from '../limiter';

/** A decision with numbers. */
export type Measured = Exclude<Decision, { source: 'fallback' }>;

/** Policies don't change between requests, so their field is written once. */
const policyFields = new WeakMap<RatePolicy, string>();

/**
 * Appends what a limited answer says of its limits: the IETF fields and the older X-RateLimit trio,
 * the latter for the limit nearest to exhaustion.
 * An answer that no store vouches for names its policies, is marked degraded, and invents no numbers.
 * @param decisions at least one
 */
export function appendRateLimitHeaders(headers: string[], decisions: readonly Decision[]): void {
  const [first] = decisions;
  if (first === undefined) return;
  if (decisions.length === 1 && first.source !== 'fallback') appendOne(headers, first);
  else appendAll(headers, decisions);
}

/** Nearly every answer: one policy, measured. */
function appendOne(headers: string[], decision: Measured): void {
  headers.push('RateLimit-Policy', policyField(decision.policy));
  if (!decision.allowed) headers.push('Retry-After', String(retryAfterSeconds(decision)));
  if (decision.source === 'local') headers.push('X-RateLimit-Status', 'degraded');
  headers.push('RateLimit', rateLimitField(decision.verdicts));
  appendTrio(headers, decision.binding, decision.nowMs);
}

function appendAll(headers: string[], decisions: readonly Decision[]): void {
  headers.push('RateLimit-Policy', decisions.map(({ policy }) => policyField(policy)).join(', '));
  const denied = decisions.filter(({ allowed }) => !allowed);
  if (denied.length > 0) {
    headers.push('Retry-After', String(Math.max(...denied.map(retryAfterSeconds))));
  }
  if (decisions.some(({ source }) => source === 'fallback' || source === 'local')) {
    headers.push('X-RateLimit-Status', 'degraded');
  }
  const nearest = nearestOf(decisions.filter(isMeasured));
  if (nearest === undefined) {
    const quotas = decisions.map(({ policy }) => policy.limits[0].quota);
    headers.push('X-RateLimit-Limit', String(Math.min(...quotas)));
    return;
  }
  const verdicts = decisions.flatMap((decision) => (isMeasured(decision) ? decision.verdicts : []));
  headers.push('RateLimit', rateLimitField(verdicts));
  appendTrio(headers, nearest.binding, nearest.nowMs);
}

function appendTrio(
  headers: string[],
  { limit, remaining, resetMs }: Verdict,
  nowMs: number,
): void {
  headers.push(
    'X-RateLimit-Limit',
    String(limit.quota),
    'X-RateLimit-Remaining',
    String(remaining),
    'X-RateLimit-Reset',
    String(ceilSeconds(nowMs + resetMs)),
  );
}

export function isMeasured(decision: Decision): decision is Measured {
  return decision.source !== 'fallback';
}

/** The decision that denied for longest, or, all allowed, the one whose limit is nearest to exhaustion. */
export function nearestOf<D extends Measured>(decisions: readonly D[]): D | undefined {
  let [nearest] = decisions;
  for (const decision of decisions) {
    if (nearest !== undefined && isNearer(decision, nearest)) nearest = decision;
  }
  return nearest;
}

function isNearer(a: Measured, b: Measured): boolean {
  if (a.allowed !== b.allowed) return !a.allowed;
  if (a.retryAfterMs !== b.retryAfterMs) return a.retryAfterMs > b.retryAfterMs;
  return a.binding.remaining / a.binding.limit.quota < b.binding.remaining / b.binding.limit.quota;
}

/** Whole seconds, at least 1, after which the same request will be allowed. */
export function retryAfterSeconds({ retryAfterMs }: Decision): number {
  return Math.max(1, ceilSeconds(retryAfterMs));
}

/** The time in which a limit's quota is renewed from nothing, whole seconds. */
export function windowSeconds(limit: Limit): number {
  return ceilSeconds(algorithmOf(limit).windowMs(limit));
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
