import type { Decision } from './decision';
import type { Limiter } from './limiter';
import type { MaybePromise } from './maybe-promise';
import type { Check, Ruling, Store } from './store';

/** What a request asks of one policy. */
export interface Claim {
  readonly limiter: Limiter;
  readonly identifier: string;
  /** Whole units. */
  readonly cost: number;
}

interface Part {
  readonly claim: Claim;
  readonly checks: readonly Check[];
}

/**
 * One request's decision by several policies that share a store: all allow it and count it, or none counts.
 *
 * Where a cluster keeps the counters in different slots, which no script can decide on together, the
 * policies are asked one after another up to the first that denies; those before it have counted.
 *
 * @returns one decision per claim, in order; fewer when the rest was not asked
 * @throws RangeError when a cost is no whole number, or more than a limit can ever pay
 */
export function limitTogether(
  store: Store,
  claims: readonly Claim[],
): MaybePromise<readonly Decision[]> {
  // A request that no limit holds, such as an exempt caller's, is nothing to ask a store about.
  if (claims.length === 0) return [];
  const parts = claims.map((claim) => {
    return { claim, checks: claim.limiter.part.checksOf(claim.identifier, claim.cost) };
  });
  const all = parts.flatMap(({ checks }) => checks);
  if (!store.canDecideTogether(all)) return limitInTurn(claims);
  try {
    const ruling = store.decide(all);
    if (!(ruling instanceof Promise)) return settle(parts, ruling);
    return ruling.then(
      (settled) => settle(parts, settled),
      (failure: unknown) => fallBack(parts, failure),
    );
  } catch (failure) {
    return fallBack(parts, failure);
  }
}

function settle(parts: readonly Part[], ruling: Ruling): Decision[] {
  let at = 0;
  return parts.map(({ claim, checks }) => {
    const verdicts = ruling.verdicts.slice(at, at + checks.length);
    at += checks.length;
    // Slots are held only when all policies allowed the request; each says what it said itself.
    if (!ruling.allowed) return denied(claim, checks, { ...ruling, verdicts });
    return claim.limiter.part.settle(checks, { ...ruling, verdicts });
  });
}

/** A policy's part in a request that was denied: nothing was taken, whatever this policy said. */
function denied({ limiter }: Claim, checks: readonly Check[], ruling: Ruling): Decision {
  const allowed = ruling.verdicts.every((verdict) => verdict.allowed);
  const untaken = checks.map((check) => ({ ...check, cost: 0 }));
  return limiter.part.settle(untaken, { ...ruling, allowed });
}

function fallBack(parts: readonly Part[], failure: unknown): Decision[] {
  const decisions = parts.map(({ claim, checks }) => claim.limiter.part.fallBack(checks, failure));
  if (decisions.some(({ allowed }) => !allowed)) decisions.forEach(release);
  return decisions;
}

async function limitInTurn(claims: readonly Claim[]): Promise<Decision[]> {
  const decisions: Decision[] = [];
  for (const { limiter, identifier, cost } of claims) {
    const decision = await limiter.limit(identifier, { cost });
    decisions.push(decision);
    if (decision.allowed) continue;
    decisions.forEach(release);
    break;
  }
  return decisions;
}

function release(decision: Decision): void {
  if ('release' in decision) decision.release?.();
}
