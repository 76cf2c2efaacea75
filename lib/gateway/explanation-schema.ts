import { z } from 'zod';
import { senderKinds } from './sender';

const limitSchema = z.object({
  name: z.string(),
  algorithm: z.string(),
  limit: z.int(),
  /** Null, like the other three, while the store fails and nothing is counted. */
  remaining: z.int().nullable(),
  reset_in_ms: z.int().nullable(),
  retry_after_ms: z.int().nullable(),
  allowed: z.boolean().nullable(),
});

const policySchema = z.object({
  name: z.string(),
  mode: z.enum(['enforce', 'shadow']),
  priority: z.int(),
  /** `would-deny`: a shadow's denial. `unmeasured`: its limits were not asked, or the store did not answer. */
  outcome: z.enum([
    'allowed',
    'denied',
    'would-deny',
    'exempt',
    'unlimited',
    'forbidden',
    'bad-cost',
    'unmeasured',
  ]),
  /** Who was counted. */
  identifier: z.string().nullable(),
  /** Where the store keeps the count. */
  key: z.string().nullable(),
  /** The tier whose limits were taken in place of the policy's own. */
  tier: z.string().nullable(),
  /** Units. */
  cost: z.int().nullable(),
  limits: z.array(limitSchema),
});

const identitySchema = z.object({
  kind: z.enum(senderKinds),
  ip: z.string(),
  key_id: z.string().nullable(),
  user: z.string().nullable(),
  tier: z.string().nullable(),
});

/** Everything that was weighed for one request. */
export const explanationSchema = z
  .object({
    /** Whether this request came, or was only asked about. */
    recorded: z.boolean(),
    request_id: z.string().nullable(),
    at: z.iso.datetime(),
    replica: z.string(),
    /** Of the configuration. */
    version: z.int(),
    request: z.object({ method: z.string(), path: z.string(), host: z.string().nullable() }),
    /** Of one whose credentials held nothing its address; null where that is not known. */
    identity: identitySchema.nullable(),
    route: z.string().nullable(),
    outcome: z.enum(['allowed', 'denied', 'forbidden', 'unauthorized', 'bad-cost', 'unavailable']),
    status: z.int(),
    /** Those that matched, in the order of evaluation. */
    policies: z.array(policySchema),
    /** How many policies did not match. */
    not_matched: z.int(),
    /** What the answer says of its limits: name and value. */
    headers: z.array(z.tuple([z.string(), z.string()])),
  })
  .meta({ id: 'Explanation' });

export type Explanation = z.output<typeof explanationSchema>;
export type ExplainedIdentity = z.output<typeof identitySchema>;
export type ExplainedPolicy = z.output<typeof policySchema>;
export type ExplainedLimit = z.output<typeof limitSchema>;
