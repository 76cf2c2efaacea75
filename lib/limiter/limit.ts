import { z } from 'zod';

/** Largest number that a limit may name; keeps every intermediate product an exact 53-bit integer. */
const MAX_QUOTA = 1_000_000_000;
const MAX_PERIOD_MS = 366 * 24 * 60 * 60 * 1000;

const quota = z.int().min(1).max(MAX_QUOTA);
const periodMs = z.int().min(1).max(MAX_PERIOD_MS);
const name = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,63}$/, 'use 1-64 of a-z, 0-9 and -, starting with a letter');

const fixedWindowSchema = z.strictObject({
  algorithm: z.literal('fixed-window'),
  /** Shown to clients in the RateLimit fields. */
  name,
  /** Units allowed per window. */
  quota,
  /** Length of a window; windows are aligned to the Unix epoch. */
  windowMs: periodMs,
});

const tokenBucketSchema = z
  .strictObject({
    algorithm: z.literal('token-bucket'),
    name,
    /** Tokens a full bucket holds: the largest burst. */
    quota,
    /** Tokens added every `refillIntervalMs`, continuously rather than in one lump. */
    refillTokens: quota,
    refillIntervalMs: periodMs,
  })
  .refine((limit) => limit.quota * limit.refillIntervalMs <= Number.MAX_SAFE_INTEGER, {
    path: ['quota'],
    message: 'quota × refillIntervalMs must stay below 2^53; use a shorter refill interval',
  });

/** What one identifier may use: an algorithm and its numbers. Units: tokens (or requests) and ms. */
export const limitSchema = z.discriminatedUnion('algorithm', [
  fixedWindowSchema,
  tokenBucketSchema,
]);

export type FixedWindowLimit = z.infer<typeof fixedWindowSchema>;
export type TokenBucketLimit = z.infer<typeof tokenBucketSchema>;
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
