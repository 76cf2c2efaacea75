import type { Call } from '../http';
import type { Claim, Decision } from '../limiter';
import type { CompiledPolicy, Subject } from '../policy';

/** What one policy made of a request, before or instead of its limits. */
export type Standing =
  /** Its limits decide. */
  | 'limited'
  /** The caller is on its list of those it leaves alone. */
  | 'exempt'
  /** The caller's tier has no limits here. */
  | 'unlimited'
  /** The caller is on its list of those it refuses. */
  | 'forbidden'
  /** The request names a cost out of bounds. */
  | 'bad-cost';

/** One policy held against one request. */
export interface Evaluation {
  readonly policy: CompiledPolicy;
  readonly standing: Standing;
  /** What is asked of its limits; there when limited. */
  readonly claim?: Claim;
  /** There once the limits have been asked. */
  decision?: Decision;
}

/** Gives back the slots that a request holds. */
export function releaseSlots(evaluations: readonly Evaluation[]): void {
  // By index: an iterator would be made for every request.
  for (let i = 0; i < evaluations.length; i++) {
    const decision = evaluations[i]?.decision;
    if (decision !== undefined && 'release' in decision) decision.release?.();
  }
}

/** Holds a policy against a request, up to its limits. */
export function evaluate(
  policy: CompiledPolicy,
  subject: Subject,
  call: Call,
  route: string,
): Evaluation {
  if (policy.isDenied(subject)) return { policy, standing: 'forbidden' };
  if (policy.isExempt(subject)) return { policy, standing: 'exempt' };
  const limiter = policy.limiterFor(subject.tier);
  if (limiter === undefined) return { policy, standing: 'unlimited' };
  const cost = policy.costOf(call);
  if (cost === undefined) return { policy, standing: 'bad-cost' };
  const identifier = policy.identifierOf(subject, call, route);
  return { policy, standing: 'limited', claim: { limiter, identifier, cost } };
}
