import { z } from 'zod';
import { PROBLEM_MEDIA_TYPE } from '../http';
import type { DocumentedAnswer } from './endpoint';

/** RFC 9457 members that every error has. */
export const problemSchema = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string(),
    request_id: z.string(),
  })
  .meta({ id: 'Problem' });

export const badInputSchema = problemSchema
  .extend({ errors: z.array(z.object({ path: z.string(), message: z.string() })) })
  .meta({ id: 'BadInput' });

export const quotaExceededSchema = problemSchema
  .extend({
    'violated-policies': z.array(z.string()),
    policy: z.object({
      name: z.string(),
      algorithm: z.string(),
      limit: z.int(),
      window_seconds: z.int(),
    }),
    retry_after_seconds: z.int().min(1),
    /** Whether the store was asked, it was known already, or this replica decided alone. */
    decided_by: z.enum(['store', 'deny-cache', 'local']),
  })
  .meta({ id: 'QuotaExceeded' });

export function jsonAnswer(description: string, schema: z.ZodType): DocumentedAnswer {
  return { description, mediaType: 'application/json', schema };
}

export function problemAnswer(description: string, schema: z.ZodType): DocumentedAnswer {
  return { description, mediaType: PROBLEM_MEDIA_TYPE, schema };
}

export const badInput = problemAnswer(
  'The input is not valid; `errors` says where.',
  badInputSchema,
);
