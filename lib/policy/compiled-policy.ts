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
    const names = limitNames(name, entries);
    const [first, ...others] = entries.map((entry, index) => toLimit(entry, names[index] ?? name));
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

/**
 * What clients read in the RateLimit fields: names as given, else the policy's own, then `name-2`,
 * `name-3` …, none of them twice.
 */
function limitNames(policy: string, entries: readonly LimitEntry[]): string[] {
  const taken = new Set(entries.map(({ name }) => name));
  return entries.map(({ name }, index) => {
    if (name !== undefined) return name;
    let number = index + 1;
    while (taken.has(numbered(policy, number))) number += 1;
    const free = numbered(policy, number);
    taken.add(free);
    return free;
  });
}

function numbered(policy: string, number: number): string {
  if (number === 1) return policy;
  const suffix = `-${number}`;
  return policy.slice(0, LONGEST_NAME - suffix.length) + suffix;
}
