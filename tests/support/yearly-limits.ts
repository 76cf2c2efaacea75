import type { FixedWindowLimit, Limit } from '../../lib/limiter';

/** Longer than any test: what is taken is not renewed before it ends. */
const YEAR_MS = 365 * 24 * 60 * 60 * 1_000;

/** A limit of every algorithm that admits just `quota` units while a test runs. */
export function yearlyLimits(quota: number): readonly [FixedWindowLimit, ...Limit[]] {
  const name = 'yearly';
  const windowMs = YEAR_MS;
  const refill = { refillTokens: 1, refillIntervalMs: YEAR_MS };
  return [
    { algorithm: 'fixed-window', name, quota, windowMs },
    { algorithm: 'sliding-window-log', name, quota, windowMs },
    { algorithm: 'sliding-window-counter', name, quota, windowMs },
    { algorithm: 'token-bucket', name, quota, ...refill },
    { algorithm: 'gcra', name, quota, ...refill },
    { algorithm: 'concurrency', name, quota, leaseMs: YEAR_MS },
  ];
}
