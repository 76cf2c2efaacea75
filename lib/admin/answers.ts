import type { z } from 'zod';
import { type DocumentedAnswer, jsonAnswer } from '../gateway';
import { json, type Reply } from '../http';

/** An answer that tells a version, which a later change may name in If-Match. */
export function versioned(
  status: number,
  body: { readonly version: number; readonly [member: string]: unknown },
  ...headers: string[]
): Reply {
  return json(status, body, 'ETag', `"${body.version}"`, ...headers);
}

/** What `versioned` gives, for the document. */
export function versionedAnswer(description: string, schema: z.ZodType): DocumentedAnswer {
  return { ...jsonAnswer(description, schema), headers: ['ETag'] };
}
