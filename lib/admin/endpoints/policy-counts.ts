import { z } from 'zod';
import { type DecisionLog, type Endpoint, jsonAnswer } from '../../gateway';
import { json } from '../../http';
import type { AdminAccess } from '../access';
import { ADMIN_PATH, readOperation } from '../operation';

const policyCountsSchema = z
  .object({
    since: z.iso.datetime(),
    /** By policy. */
    items: z.record(
      z.string(),
      z.object({ allowed: z.int(), denied: z.int(), would_deny: z.int() }),
    ),
  })
  .meta({ id: 'PolicyCounts' });

export type PolicyCounts = z.output<typeof policyCountsSchema>;

/** `/policy-counts`: what policies have decided on this replica. */
export function policyCountsEndpoint(
  access: AdminAccess,
  counts: () => Pick<DecisionLog, 'counts' | 'sinceMs'>,
): Endpoint {
  return {
    path: `${ADMIN_PATH}/policy-counts`,
    isPrivate: true,
    methods: {
      GET: readOperation(
        access,
        {
          id: 'getPolicyCounts',
          summary: 'Tell what policies have decided on this replica',
          tag: 'Policies',
          answers: { 200: jsonAnswer('Since the replica started.', policyCountsSchema) },
        },
        () => json(200, policyCountsOf(counts())),
      ),
    },
  };
}

function policyCountsOf({
  counts,
  sinceMs,
}: Pick<DecisionLog, 'counts' | 'sinceMs'>): PolicyCounts {
  const items = [...counts].map(
    ([name, { allowed, denied, wouldDeny }]) =>
      [name, { allowed, denied, would_deny: wouldDeny }] as const,
  );
  return { since: new Date(sinceMs).toISOString(), items: Object.fromEntries(items) };
}
