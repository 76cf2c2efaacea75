import { z } from 'zod';
import { type Endpoint, jsonAnswer } from '../../gateway';
import { json } from '../../http';
import type { Fleet } from '../../telemetry/fleet';
import type { Upstreams } from '../../upstream';
import type { AdminAccess } from '../access';
import { timestamp } from '../key';
import { ADMIN_PATH, readOperation } from '../operation';
import { TAG, upstreamStatusJson, upstreamStatusSchema } from './upstream-resource';

const upstreamStatusesSchema = z
  .object({
    /** What the times below are to be held against. */
    server_time: z.iso.datetime(),
    items: z.array(upstreamStatusSchema),
  })
  .meta({ id: 'UpstreamStatuses' });

export type UpstreamStatuses = z.output<typeof upstreamStatusesSchema>;

/** `/upstream-status`: breakers and targets of all upstreams, as this replica sees them, and the breakers as all do. */
export function upstreamStatusEndpoint(
  access: AdminAccess,
  upstreams: Pick<Upstreams, 'status'>,
  fleet: Pick<Fleet, 'replicas'>,
  now: () => number,
): Endpoint {
  return {
    path: `${ADMIN_PATH}/upstream-status`,
    isPrivate: true,
    methods: {
      GET: readOperation(
        access,
        {
          id: 'getUpstreamStatus',
          summary: 'Tell how the upstreams are, as this replica sees them',
          description: 'Breakers are told of all live replicas.',
          tag: TAG,
          answers: { 200: jsonAnswer('Breakers and targets.', upstreamStatusesSchema) },
        },
        async () => {
          const replicas = await fleet.replicas();
          const items = upstreams.status().map((status) => upstreamStatusJson(status, replicas));
          return json(200, { server_time: timestamp(now()), items } satisfies UpstreamStatuses);
        },
      ),
    },
  };
}
