import fc from 'fast-check';
import type { AlgorithmName, Limit } from '../../lib/limiter';

const name = fc.constant('any');
const aQuota = fc.integer({ min: 1, max: 8 });
/** Also such that share their boundaries. */
const aWindowMs = fc.oneof(
  fc.integer({ min: 1, max: 30_000 }),
  fc.constantFrom(500, 1_000, 2_000, 10_000),
);

const windowed = { name, quota: aQuota, windowMs: aWindowMs };
const refilling = {
  name,
  quota: aQuota,
  refillTokens: fc.integer({ min: 1, max: 8 }),
  refillIntervalMs: fc.integer({ min: 1, max: 60_000 }),
};

/** Arbitrary limits with numbers small enough that random traces exhaust them. */
export const limits = {
  'fixed-window': fc.record({ algorithm: fc.constant('fixed-window' as const), ...windowed }),
  'sliding-window-log': fc.record({
    algorithm: fc.constant('sliding-window-log' as const),
    ...windowed,
  }),
  'sliding-window-counter': fc.record({
    algorithm: fc.constant('sliding-window-counter' as const),
    ...windowed,
  }),
  'token-bucket': fc.record({ algorithm: fc.constant('token-bucket' as const), ...refilling }),
  gcra: fc.record({ algorithm: fc.constant('gcra' as const), ...refilling }),
  concurrency: fc.record({
    algorithm: fc.constant('concurrency' as const),
    name,
    quota: aQuota,
    leaseMs: aWindowMs,
  }),
} satisfies { [Name in AlgorithmName]: fc.Arbitrary<Extract<Limit, { algorithm: Name }>> };

const HUGE = 1_000_000_000;
const YEAR_MS = 366 * 24 * 60 * 60 * 1000;
/** Longest period that a quota of `HUGE` goes with, ms, and the largest quota that a year goes with. */
const LONG_MS = Math.floor(Number.MAX_SAFE_INTEGER / HUGE);
const WIDE = Math.floor(Number.MAX_SAFE_INTEGER / YEAR_MS);

/** Limits at the edge of what the schema takes. */
export const extremeLimits: { readonly [Name in AlgorithmName]: readonly Limit[] } = {
  'fixed-window': [
    { algorithm: 'fixed-window', name: 'edge', quota: HUGE, windowMs: YEAR_MS },
    { algorithm: 'fixed-window', name: 'edge', quota: 1, windowMs: 1 },
  ],
  'sliding-window-log': [
    { algorithm: 'sliding-window-log', name: 'edge', quota: 10_000, windowMs: YEAR_MS },
    { algorithm: 'sliding-window-log', name: 'edge', quota: 1, windowMs: 1 },
  ],
  'sliding-window-counter': [
    { algorithm: 'sliding-window-counter', name: 'edge', quota: HUGE, windowMs: LONG_MS },
    { algorithm: 'sliding-window-counter', name: 'edge', quota: WIDE, windowMs: YEAR_MS },
    { algorithm: 'sliding-window-counter', name: 'edge', quota: 1, windowMs: 1 },
  ],
  'token-bucket': edges('token-bucket'),
  gcra: edges('gcra'),
  concurrency: [
    { algorithm: 'concurrency', name: 'edge', quota: 10_000, leaseMs: YEAR_MS },
    { algorithm: 'concurrency', name: 'edge', quota: 1, leaseMs: 1 },
  ],
};

function edges(algorithm: 'token-bucket' | 'gcra'): Limit[] {
  const limit = { algorithm, name: 'edge' };
  return [
    { ...limit, quota: HUGE, refillTokens: 7, refillIntervalMs: LONG_MS },
    { ...limit, quota: WIDE, refillTokens: HUGE, refillIntervalMs: YEAR_MS },
    { ...limit, quota: 1, refillTokens: 1, refillIntervalMs: 1 },
  ];
}

/** A limit of the algorithm of which a unit comes back after `periodMs`, or when a window ends. */
export function limitOf(algorithm: AlgorithmName, quota = 3, periodMs = 3_600_000): Limit {
  const limit = { name: algorithm, quota };
  switch (algorithm) {
    case 'fixed-window':
    case 'sliding-window-log':
    case 'sliding-window-counter':
      return { algorithm, ...limit, windowMs: periodMs };
    case 'token-bucket':
    case 'gcra':
      return { algorithm, ...limit, refillTokens: 1, refillIntervalMs: periodMs };
    case 'concurrency':
      return { algorithm, ...limit, leaseMs: periodMs };
  }
}
