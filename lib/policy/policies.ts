import type { RatePolicyInput } from '../limiter';

/** Policies by name. */
export type Policies = ReadonlyMap<string, RatePolicyInput>;

export interface StockPriceQuota {
  /** Requests per window. */
  readonly max: number;
  readonly windowSeconds: number;
}

/** The policies of a fresh installation. Only stock-price is adjustable from the environment. */
export function defaultPolicies(stockPrice: StockPriceQuota): Policies {
  const policies: readonly RatePolicyInput[] = [
    {
      name: 'stock-price',
      // Plain `ratelimit:{ip}:{window}` keys, so that redis-cli shows what the page explains.
      keyName: '',
      limits: [
        {
          algorithm: 'fixed-window',
          name: 'stock-price',
          quota: stockPrice.max,
          windowMs: stockPrice.windowSeconds * 1_000,
        },
      ],
    },
    {
      name: 'ping',
      keyName: 'ping',
      limits: [
        {
          algorithm: 'token-bucket',
          name: 'ping',
          quota: 5,
          refillTokens: 5,
          refillIntervalMs: 60_000,
        },
      ],
    },
  ];
  return new Map(policies.map((policy) => [policy.name, policy]));
}
