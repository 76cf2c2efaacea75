import type { Call } from '../http';
import { createLimiter, type Limiter, type Store } from '../limiter';
import { compileCallers } from './callers';
import { compileCost } from './cost';
import { type LimitEntry, type Policy, toLimit } from './model';
import { compileScope } from './scope';
import type { Subject } from './subject';

/** A policy made ready to be held against requests. */
export interface CompiledPolicy {
  readonly policy: Policy;
  /** @returns undefined for a tier that has no limits here */
  limiterFor(tier: string | undefined): Limiter | undefined;
  /** Whose counters a request uses. */
  identifierOf(subject: Subject, call: Call, route: string): string;
  /** Units that a request takes; undefined when it names a number out of bounds, or none. */
  costOf(call: Call): number | undefined;
  isExempt(subject: Subject): boolean;
  isDenied(subject: Subject): boolean;
}

const LONGEST_NAME = 64;

export function compilePolicy(store: Store, policy: Policy): CompiledPolicy {
  const { name, key_name: keyName = name, on_store_failure: onStoreFailure, replicas } = policy;
  const overrides = new Map(policy.overrides.map(({ tier, limits }) => [tier, limits]));
  const ofTiers = new Map<string, Limiter | undefined>();
  let own: Limiter | undefined;

  /** Made when first asked for: of many policies few meet requests, and a limiter checks its numbers. */
  function limiterOf(entries: readonly LimitEntry[]): Limiter | undefined {
    const [first, ...others] = entries.map((entry, index) =>
      toLimit(entry, limitName(name, index)),
    );
    if (first === undefined) return undefined;
    return createLimiter(store, {
      name,
      keyName,
      limits: [first, ...others],
      onStoreFailure,
      replicas,
    });
  }

  function limiterFor(tier: string | undefined): Limiter | undefined {
    const entries = tier === undefined ? undefined : overrides.get(tier);
    if (tier === undefined || entries === undefined) {
      own ??= limiterOf(policy.limits);
      return own;
    }
    if (!ofTiers.has(tier)) ofTiers.set(tier, limiterOf(entries));
    return ofTiers.get(tier);
  }

  return {
    policy,
    limiterFor,
    identifierOf: compileScope(policy.scope),
    costOf: compileCost(policy.cost),
    isExempt: compileCallers(policy.exempt),
    isDenied: compileCallers(policy.deny),
  };
}

/** The policy's own name, then `name-2`, `name-3` …: what clients read in the RateLimit fields. */
function limitName(policy: string, index: number): string {
  if (index === 0) return policy;
  const suffix = `-${index + 1}`;
  return policy.slice(0, LONGEST_NAME - suffix.length) + suffix;
}
