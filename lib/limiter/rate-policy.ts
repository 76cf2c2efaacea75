import { z } from 'zod';
import { limitSchema } from './limit';

/** Most limits of one policy: what one decision may look at. */
const MAX_LIMITS = 16;
const LONGEST_NAME = 64;

/** Limits that apply together, and what happens while their store can't decide. */
export const ratePolicySchema = z.strictObject({
  /** Shown to clients and in logs. */
  name: z.string().min(1).max(LONGEST_NAME),
  /** Sets this policy's counters of an identifier apart from others'; its name unless given, empty for the plain `ratelimit:{identifier}`. */
  keyName: z.string().max(LONGEST_NAME).optional(),
  /** All have to allow a request, and then all count it. */
  limits: z
    .tuple([limitSchema], limitSchema)
    .refine((limits) => limits.length <= MAX_LIMITS, { message: `use at most ${MAX_LIMITS}` }),
  /**
   * While the store can't decide, requests pass unmeasured (`open`), are refused (`closed`), or are
   * held by this process alone to its share (`local`).
   */
  onStoreFailure: z.enum(['open', 'closed', 'local']).default('open'),
  /** How many processes share the limits; what `local` divides them by. */
  replicas: z.int().min(1).max(10_000).default(1),
});

export type RatePolicy = z.output<typeof ratePolicySchema>;
/** As written: what has a default may be left out. */
export type RatePolicyInput = z.input<typeof ratePolicySchema>;
