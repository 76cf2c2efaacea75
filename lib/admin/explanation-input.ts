import { z } from 'zod';
import { parseIp, parseTarget } from '../http';
import { keyIdSchema, methodSchema, nameSchema, policySchema, userSchema } from '../policy';

const LONGEST_TEXT = 8_192;
const MOST_ENTRIES = 100;

const text = z.string().max(LONGEST_TEXT);

const isFew = (entries: object) => Object.keys(entries).length <= MOST_ENTRIES;
const FEW = `use at most ${MOST_ENTRIES}`;

const headerNameSchema = z
  .string()
  .max(128)
  .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, 'use a header name');

const isPath = (path: string) =>
  path.startsWith('/') && !path.includes('?') && parseTarget(path) !== undefined;

/** A request that some replica answered lately. */
export const recordedRequestSchema = z.strictObject({ request_id: z.string().min(1).max(128) });

/** A request that nobody has to send. */
export const hypotheticalRequestSchema = z.strictObject({
  method: methodSchema.default('GET'),
  path: text.refine(isPath, 'use a path with a single safe meaning, without a query'),
  /** As in a URL, without the `?`. */
  query: text.default(''),
  host: z.string().max(300).optional(),
  ip: z
    .string()
    .max(64)
    .refine((address) => parseIp(address) !== undefined, 'use an IP address')
    .optional(),
  headers: z.record(headerNameSchema, text).refine(isFew, FEW).default({}),
  api_key_id: keyIdSchema.optional(),
  user: userSchema.optional(),
  tier: nameSchema.optional(),
  /** Of its token. */
  claims: z
    .record(z.string().max(128), z.union([text, z.number(), z.boolean()]))
    .refine(isFew, FEW)
    .default({}),
  /** A policy that is not in force: in place of the one of its name, or besides all. */
  draft: policySchema.optional(),
});

export type RecordedRequest = z.output<typeof recordedRequestSchema>;
export type HypotheticalRequest = z.output<typeof hypotheticalRequestSchema>;
/** What is to be explained. */
export type ExplanationInput = RecordedRequest | HypotheticalRequest;
