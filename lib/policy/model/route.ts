import { z } from 'zod';
import { matchForm, parseTarget } from '../../http';
import { type Match, matchSchema } from './match';
import { descriptionSchema, nameSchema } from './name';

const GIB = 1_073_741_824;

/** The control plane, on whichever replica it is. */
const NEVER_FORWARDED_PATH = '/api/v1/admin';
const NEVER_FORWARDED_METHODS: readonly string[] = ['TRACE', 'CONNECT'];

/** A match that leads no request to any upstream. */
function refuseUseless({ paths, methods }: Match, context: z.RefinementCtx): void {
  if (paths.every(isNeverForwarded)) {
    const message = `what is below ${NEVER_FORWARDED_PATH} is never forwarded`;
    context.addIssue({ code: 'custom', path: ['paths'], message });
  }
  if (methods.length > 0 && methods.every((method) => NEVER_FORWARDED_METHODS.includes(method))) {
    const message = `${NEVER_FORWARDED_METHODS.join(' and ')} are never forwarded`;
    context.addIssue({ code: 'custom', path: ['methods'], message });
  }
}

function isNeverForwarded(pattern: string): boolean {
  return `${matchForm(pattern)}/`.startsWith(`${NEVER_FORWARDED_PATH}/`);
}

/** A path that others begin with, such as `/service`; empty for none. */
const prefixSchema = z
  .string()
  .max(512)
  .refine(
    (prefix) => prefix === '' || (prefix !== '/' && parseTarget(prefix)?.path === prefix),
    'use a path in its normal form without a slash at the end, such as /service',
  )
  .default('');

export const routeSchema = z.strictObject({
  name: nameSchema,
  description: descriptionSchema.default(''),
  match: matchSchema.superRefine(refuseUseless).prefault({}),
  upstream: nameSchema,
  strip_prefix: prefixSchema.describe('Taken off the path before it is forwarded.'),
  add_prefix: prefixSchema.describe('Put before the path when it is forwarded.'),
  max_body_bytes: z
    .int()
    .min(0)
    .max(1_024 * GIB)
    .default(GIB)
    .describe('A longer request body is refused with 413.'),
  cache: z
    .boolean()
    .default(false)
    .describe('Keep answers to GET for as long as their Cache-Control allows.'),
});

/** Which requests go to which upstream; policies may count by it. */
export type Route = z.output<typeof routeSchema>;
