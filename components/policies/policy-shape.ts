import { z } from 'zod';
import type { PolicyDraft } from './policy-draft';

const amount = z.number().nullable();
const lines = z.array(z.string());
const limits = z.array(
  z
    .object({ algorithm: z.string(), name: z.string().optional() })
    .catchall(z.union([z.string(), amount]).optional()),
);
const callers = z.object({
  cidrs: lines.default([]),
  keys: lines.default([]),
  users: lines.default([]),
});
const NOBODY = { cidrs: [], keys: [], users: [] };

/** As much order as the form needs to show a policy at all; whether it makes sense the server says. */
const shape = z.looseObject({
  name: z.string().default(''),
  description: z.string().default(''),
  mode: z.enum(['enforce', 'shadow', 'off']).default('enforce'),
  priority: amount.default(0),
  final: z.boolean().default(false),
  match: z
    .object({
      hosts: lines.default([]),
      paths: lines.default(['/*']),
      methods: lines.default([]),
    })
    .default({ hosts: [], paths: ['/*'], methods: [] }),
  scope: lines.default(['ip']),
  limits: limits.default([]),
  overrides: z.array(z.object({ tier: z.string(), limits })).default([]),
  cost: z
    .discriminatedUnion('from', [
      z.object({ from: z.literal('constant'), units: amount.default(1) }),
      z.object({
        from: z.enum(['header', 'query']),
        name: z.string().default(''),
        default: amount.default(1),
        min: amount.default(1),
        max: amount.default(null),
      }),
    ])
    .default({ from: 'constant', units: 1 }),
  on_store_failure: z.enum(['open', 'closed', 'local']).default('open'),
  replicas: amount.default(1),
  key_name: z.string().optional(),
  exempt: callers.default(NOBODY),
  deny: callers.default(NOBODY),
});

/** A policy's JSON as the form's draft, or why the form cannot show it. */
export function draftOf(text: string): PolicyDraft | { readonly fault: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { fault: `This is not JSON: ${error instanceof Error ? error.message : 'unreadable'}.` };
  }
  const result = shape.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const where = issue?.path.length ? `${issue.path.map(String).join('.')}: ` : '';
  return { fault: `This is no policy: ${where}${issue?.message ?? ''}` };
}
