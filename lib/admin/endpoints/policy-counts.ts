import { z } from 'zod';
import { type DecisionLog, type Endpoint, jsonAnswer } from '../../gateway';
import { json } from '../../http';
import { type CountsOfReplica, countsQuestion, type Fleet } from '../../telemetry/fleet';
import type { AdminAccess } from '../access';
import { ADMIN_PATH, readOperation } from '../operation';

const policyCountsSchema = z
  .object({
    /** When the first of those that are counted here began. */
    since: z.iso.datetime(),
    /** By policy. */
    items: z.record(
      z.string(),
      z.object({ allowed: z.int(), denied: z.int(), would_deny: z.int() }),
    ),
    /** Live replicas, the one that answers included; those that did not answer are not counted. */
    replicas_asked: z.int(),
    replicas_answered: z.int(),
  })
  .meta({ id: 'PolicyCounts' });

export type PolicyCounts = z.output<typeof policyCountsSchema>;

/** `/policy-counts`: what policies have decided on all live replicas. */
export function policyCountsEndpoint(
  access: AdminAccess,
  { counts, sinceMs }: Pick<DecisionLog, 'counts' | 'sinceMs'>,
  fleet: Pick<Fleet, 'ask'>,
): Endpoint {
  return {
    path: `${ADMIN_PATH}/policy-counts`,
    isPrivate: true,
    methods: {
      GET: readOperation(
        access,
        {
          id: 'getPolicyCounts',
          summary: 'Tell what policies have decided',
          tag: 'Policies',
          answers: {
            200: jsonAnswer('Since the replicas started, all together.', policyCountsSchema),
          },
        },
        async () => {
          const { asked, answers } = await fleet.ask(countsQuestion, null);
          const all = [{ counts: [...counts], sinceMs }, ...answers.map(({ body }) => body)];
          return json(200, {
            ...sumOf(all),
            replicas_asked: asked + 1,
            replicas_answered: all.length,
          } satisfies PolicyCounts);
        },
      ),
    },
  };
}

function sumOf(replicas: readonly CountsOfReplica[]): Pick<PolicyCounts, 'since' | 'items'> {
  const items = new Map<string, PolicyCounts['items'][string]>();
  for (const [name, { allowed, denied, wouldDeny }] of replicas.flatMap(({ counts }) => counts)) {
    const before = items.get(name) ?? { allowed: 0, denied: 0, would_deny: 0 };
    items.set(name, {
      allowed: before.allowed + allowed,
      denied: before.denied + denied,
      would_deny: before.would_deny + wouldDeny,
    });
  }
  const sinceMs = Math.min(...replicas.map((replica) => replica.sinceMs));
  return { since: new Date(sinceMs).toISOString(), items: Object.fromEntries(items) };
}
