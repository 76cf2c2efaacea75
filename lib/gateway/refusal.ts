import { ceilSeconds, PROBLEM_MEDIA_TYPE, PROBLEM_TYPES, problem, type Reply, text } from '../http';
import type { IdentityUnavailableError, Refusal } from '../identity';
import type { Decision, Limit, RatePolicy, Verdict } from '../limiter';
import type { Cost, Policy } from '../policy';
import {
  isMeasured,
  type Measured,
  nearestOf,
  retryAfterSeconds,
  windowSeconds,
} from './rate-limit-headers';

/** Where a refused request was going. */
export interface Refused {
  /** Path of the request. */
  readonly instance: string;
  readonly requestId: string;
}

/**
 * The answer to a request that at least one of these decisions denied: 429 where a limit did, 503 where
 * only a failed store did.
 * @param clientOf for whom a decision was, in the answer's words
 */
export function denialOf(
  decisions: readonly Decision[],
  clientOf: (decision: Decision) => string,
  refused: Refused,
): Reply {
  const denied = decisions.filter(({ allowed }) => !allowed);
  const nearest = nearestOf(denied.filter(isMeasured));
  if (nearest !== undefined) return quotaExceeded(nearest, denied, clientOf(nearest), refused);
  return storeUnavailable(denied.map(({ policy }) => policy.name).join(', '), refused);
}

/**
 * Which limit, for whom, when to come back. Written by hand where `problem` would serialise the same
 * facts about a limit for every request of a flood.
 */
function quotaExceeded(
  nearest: Measured,
  denied: readonly Decision[],
  client: string,
  { instance, requestId }: Refused,
): Reply {
  const { before, after, spent } = factsOf(nearest.policy, nearest.binding.limit);
  const seconds = retryAfterSeconds(nearest);
  const detail = `${client} has used ${spent}; the next request will be allowed in ${seconds} s.`;
  const violated =
    denied.length === 1 && nearest.verdicts.length === 1
      ? `"${nearest.binding.limit.name}"`
      : denied.flatMap(violatedBy).join();
  return text(
    429,
    PROBLEM_MEDIA_TYPE,
    `${before}${JSON.stringify(detail)},"instance":${JSON.stringify(instance)},"request_id":"${requestId}","violated-policies":[${violated}]${after}${seconds},"decided_by":"${nearest.source}"}`,
  );
}

/** A 429 with further members in its body; any other answer as it is. */
export function withMembers(
  reply: Reply,
  members: Readonly<Record<string, unknown>> | undefined,
): Reply {
  const { status, headers, body } = reply;
  if (members === undefined || status !== 429 || body === undefined) return reply;
  const others = [];
  for (let i = 0; i < headers.length; i += 2) {
    const [name = '', value = ''] = headers.slice(i, i + 2);
    if (!OF_BODY.has(name)) others.push(name, value);
  }
  const written = `${body.slice(0, -1)},${JSON.stringify(members).slice(1)}`;
  return text(status, PROBLEM_MEDIA_TYPE, written, ...others);
}

/** Header fields that go with a body, as `text` writes them. */
const OF_BODY = new Set(['Content-Type', 'Content-Length']);

function violatedBy(decision: Decision): string[] {
  if (!isMeasured(decision)) return [];
  return decision.verdicts.filter(isViolated).map(({ limit }) => `"${limit.name}"`);
}

function isViolated({ allowed }: Verdict): boolean {
  return !allowed;
}

function storeUnavailable(policies: string, { instance, requestId }: Refused): Reply {
  return problem(
    {
      type: PROBLEM_TYPES.temporaryReducedCapacity,
      title: 'Temporarily unavailable',
      status: 503,
      detail: `The limits of ${policies} can't be checked at the moment; try again shortly.`,
    },
    instance,
    requestId,
  );
}

/** The answer to credentials that hold nothing: 401, or 400 where they contradict each other (RFC 6750 §3.1). */
export function unauthorized(refusal: Refusal, { instance, requestId }: Refused): Reply {
  const { detail, error, wwwAuthenticate } = refusal;
  const fault =
    error === 'invalid_request'
      ? { title: 'Bad input', status: 400, detail, errors: [CONTRADICTION] }
      : { title: 'Unauthorized', status: 401, detail, error };
  return problem(
    fault,
    instance,
    requestId,
    'WWW-Authenticate',
    wwwAuthenticate,
    'Cache-Control',
    'no-store',
  );
}

const CONTRADICTION = { path: 'header.authorization', message: 'use one API key' };

/** The answer while nobody can tell whether a token is good. */
export function identityUnavailable(
  { retryAfterMs }: IdentityUnavailableError,
  { instance, requestId }: Refused,
): Reply {
  return problem(
    {
      type: PROBLEM_TYPES.temporaryReducedCapacity,
      title: 'Temporarily unavailable',
      status: 503,
      detail:
        "The token can't be checked at the moment, because its issuer's keys can't be fetched.",
    },
    instance,
    requestId,
    'Retry-After',
    String(Math.max(1, ceilSeconds(retryAfterMs))),
    'Cache-Control',
    'no-store',
  );
}

/** The answer to a caller whom a policy refuses by name. */
export function forbidden(policy: Policy, { instance, requestId }: Refused): Reply {
  return problem(
    {
      title: 'Forbidden',
      status: 403,
      detail: `The policy ${policy.name} refuses this caller.`,
      policy: { name: policy.name },
    },
    instance,
    requestId,
    'Cache-Control',
    'no-store',
  );
}

/** The answer to a request that names a cost out of bounds. */
export function badCost({ name, cost }: Policy, { instance, requestId }: Refused): Reply {
  return problem(
    {
      title: 'Bad input',
      status: 400,
      detail: `The cost that ${name} reads from this request is out of bounds.`,
      errors: [faultOf(cost)],
    },
    instance,
    requestId,
  );
}

function faultOf(cost: Cost) {
  if (cost.from === 'constant') throw new TypeError('a constant cost is never out of bounds');
  const message = `use a whole number from ${cost.min} to ${cost.max}`;
  return { path: `${cost.from}.${cost.name}`, message };
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
