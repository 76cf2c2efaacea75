import { limitSchema, type RatePolicy } from '../limiter';

/** Policies by name. */
export type Policies = ReadonlyMap<string, RatePolicy>;

export interface StockPriceQuota {
  /** Requests per window. */
  readonly max: number;
  readonly windowSeconds: number;
}

/** The policies of a fresh installation. Only stock-price is adjustable from the environment. */
export function defaultPolicies(stockPrice: StockPriceQuota): Policies {
  const policies: readonly RatePolicy[] = [
    {
      name: 'stock-price',
      // Plain `ratelimit:{ip}:{window}` keys, so that redis-cli shows what the page explains.
      keyName: '',
      limits: [
        limitSchema.parse({
          algorithm: 'fixed-window',
          name: 'stock-price',
          quota: stockPrice.max,
          windowMs: stockPrice.windowSeconds * 1_000,
        }),
      ],
    },
    {
      name: 'ping',
      keyName: 'ping',
      limits: [
        limitSchema.parse({
          algorithm: 'token-bucket',
          name: 'ping',
          quota: 5,
          refillTokens: 5,
          refillIntervalMs: 60_000,
        }),
      ],
    },
  ];
  return new Map(policies.map((policy) => [policy.name, policy]));
}
