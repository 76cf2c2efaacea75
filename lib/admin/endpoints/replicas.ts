import { z } from 'zod';
import { type Endpoint, jsonAnswer } from '../../gateway';
import { json } from '../../http';
import {
  type Fleet,
  type ReplicaSighting,
  replicaStates,
  replicaStatusSchema,
} from '../../telemetry/fleet';
import type { AdminAccess } from '../access';
import { timestamp } from '../key';
import { ADMIN_PATH, readOperation } from '../operation';

const replicaSchema = replicaStatusSchema
  .omit({ breakers: true })
  .extend({
    seen_at: z.iso.datetime(),
    /** `silent`: without a word for 3 seconds. `gone`: for 15; after ten minutes it is forgotten. */
    state: z.enum(replicaStates),
    /** Whether it is the one that answers. */
    is_self: z.boolean(),
    /** Upstreams whose breaker is not closed there. */
    upstreams_open: z.array(z.string()),
  })
  .meta({ id: 'Replica' });

const replicasSchema = z
  .object({
    /** What the times below are to be held against. */
    server_time: z.iso.datetime(),
    /** The one that answers first, then the others by name. */
    items: z.array(replicaSchema),
  })
  .meta({ id: 'Replicas' });

export type ReplicaJson = z.output<typeof replicaSchema>;
export type Replicas = z.output<typeof replicasSchema>;

/** `/replicas`: who serves, and how they are. */
export function replicasEndpoint(
  access: AdminAccess,
  fleet: Pick<Fleet, 'replicas'>,
  now: () => number,
): Endpoint {
  return {
    path: `${ADMIN_PATH}/replicas`,
    isPrivate: true,
    methods: {
      GET: readOperation(
        access,
        {
          id: 'listReplicas',
          summary: 'List the replicas and how they are',
          description: 'Those that share Redis. One that stops in order is not listed any more.',
          tag: 'Replicas',
          answers: { 200: jsonAnswer('All that are known.', replicasSchema) },
        },
        async () => {
          const items = (await fleet.replicas()).map(replicaJson);
          return json(200, { server_time: timestamp(now()), items } satisfies Replicas);
        },
      ),
    },
  };
}

function replicaJson({ status, state, seenAtMs, isSelf }: ReplicaSighting): ReplicaJson {
  const { breakers, ...told } = status;
  return {
    ...told,
    seen_at: timestamp(seenAtMs),
    state,
    is_self: isSelf,
    upstreams_open: breakers.map(({ upstream }) => upstream),
  };
}
