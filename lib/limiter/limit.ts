import { z } from 'zod';

/** Largest number that a limit may name; keeps every intermediate product an exact 53-bit integer. */
const MAX_QUOTA = 1_000_000_000;
const MAX_PERIOD_MS = 366 * 24 * 60 * 60 * 1000;
/** Most units that are kept one by one: what a key may cost in memory. */
const MAX_ENTRIES = 10_000;

const whole = (most: number) => z.int().min(1, 'use at least 1').max(most, `use at most ${most}`);
const quota = whole(MAX_QUOTA);
const periodMs = whole(MAX_PERIOD_MS);
/** Shown to clients in the RateLimit fields. */
const name = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,63}$/, 'use 1-64 of a-z, 0-9 and -, starting with a letter');

const fixedWindowSchema = z.strictObject({
  algorithm: z.literal('fixed-window'),
  name,
  /** Units allowed per window. */
  quota,
  /** Length of a window; windows are aligned to the Unix epoch. */
  windowMs: periodMs,
});

const slidingWindowLogSchema = z.strictObject({
  algorithm: z.literal('sliding-window-log'),
  name,
  /** Units allowed within any `windowMs`. */
  quota: whole(MAX_ENTRIES),
  /** How far back each request looks. */
  windowMs: periodMs,
});

const slidingWindowCounterSchema = z
  .strictObject({
    algorithm: z.literal('sliding-window-counter'),
    name,
    /** Units allowed within about any `windowMs`. */
    quota,
    /** How far back each request looks; the counters' windows are aligned to the Unix epoch. */
    windowMs: periodMs,
  })
  .refine((limit) => limit.quota * limit.windowMs <= Number.MAX_SAFE_INTEGER, {
    path: ['quota'],
    message: 'quota × windowMs must stay below 2^53; use a shorter window',
  });

const refilling = {
  name,
  /** Tokens at most: the largest burst. */
  quota,
  /** Tokens added every `refillIntervalMs`, continuously rather than in one lump. */
  refillTokens: quota,
  refillIntervalMs: periodMs,
};

const refillsExactly = (limit: { quota: number; refillIntervalMs: number }) =>
  limit.quota * limit.refillIntervalMs <= Number.MAX_SAFE_INTEGER;

const refillsTooSlowly = {
  path: ['quota'],
  message: 'quota × refillIntervalMs must stay below 2^53; use a shorter refill interval',
};

const tokenBucketSchema = z
  .strictObject({ algorithm: z.literal('token-bucket'), ...refilling })
  .refine(refillsExactly, refillsTooSlowly);

const gcraSchema = z
  .strictObject({ algorithm: z.literal('gcra'), ...refilling })
  .refine(refillsExactly, refillsTooSlowly);

const concurrencySchema = z.strictObject({
  algorithm: z.literal('concurrency'),
  name,
  /** Slots: requests in flight at most. */
  quota: whole(MAX_ENTRIES),
  /** A slot neither released nor renewed for so long is free again: whoever held it has died. */
  leaseMs: periodMs,
});

/** What one identifier may use: an algorithm and its numbers. Units: tokens (or requests) and ms. */
export const limitSchema = z.discriminatedUnion('algorithm', [
  fixedWindowSchema,
  slidingWindowLogSchema,
  slidingWindowCounterSchema,
  tokenBucketSchema,
  gcraSchema,
  concurrencySchema,
]);

export type FixedWindowLimit = z.infer<typeof fixedWindowSchema>;
export type SlidingWindowLogLimit = z.infer<typeof slidingWindowLogSchema>;
export type SlidingWindowCounterLimit = z.infer<typeof slidingWindowCounterSchema>;
export type TokenBucketLimit = z.infer<typeof tokenBucketSchema>;
export type GcraLimit = z.infer<typeof gcraSchema>;
export type ConcurrencyLimit = z.infer<typeof concurrencySchema>;
export type Limit = z.infer<typeof limitSchema>;
export type AlgorithmName = Limit['algorithm'];

/** The answer of one limit to one request. */
export interface Verdict {
  readonly limit: Limit;
  readonly allowed: boolean;
  /** Whole units left after this request, never negative. */
  readonly remaining: number;
  /** Milliseconds until the whole quota is available again. */
  readonly resetMs: number;
  /** Milliseconds until the same request would be allowed; 0 when it is allowed. */
  readonly retryAfterMs: number;
}
