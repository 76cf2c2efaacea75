import type { Revision } from './change';
import { type LimitEntry, type Policy, policySchema } from './model';

/** What the environment says of the stock-price policy; undefined: nothing. */
export interface StockPriceQuota {
  /** Requests per window. */
  readonly max: number | undefined;
  readonly windowSeconds: number | undefined;
}

export const STOCK_PRICE = 'stock-price';

/**
 * Puts the environment's quota in force over what the repository says, in what is compiled only: what
 * is kept there stays. A policy of another algorithm is left as it is, and so is one whose requests cost
 * more than the environment allows.
 */
export function createEnvironmentQuota({ max, windowSeconds }: StockPriceQuota) {
  // So that an unchanged policy stays the same object and is not compiled again.
  const known = new WeakMap<Policy, Policy>();

  function override(policy: Policy): Policy {
    const overridden = known.get(policy) ?? withQuota(policy);
    known.set(policy, overridden);
    return overridden;
  }

  function withQuota(policy: Policy): Policy {
    const limits = policy.limits.map((limit, index) => (index === 0 ? adjust(limit) : limit));
    const overridden = policySchema.safeParse({ ...policy, limits });
    return overridden.success ? overridden.data : policy;
  }

  function adjust(limit: LimitEntry): LimitEntry {
    if (limit.algorithm !== 'fixed-window') return limit;
    return {
      ...limit,
      ...(max !== undefined && { quota: max }),
      ...(windowSeconds !== undefined && { window_ms: windowSeconds * 1_000 }),
    };
  }

  return (revision: Revision): Revision => {
    if (max === undefined && windowSeconds === undefined) return revision;
    const { configuration } = revision;
    const policies = configuration.policies.map((policy) =>
      policy.name === STOCK_PRICE ? override(policy) : policy,
    );
    return { ...revision, configuration: { ...configuration, policies } };
  };
}
