import { z } from 'zod';
import { type Endpoint, jsonAnswer } from '../../gateway';
import { json } from '../../http';
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

/** `/upstream-status`: breakers and targets of all upstreams, as this replica sees them. */
export function upstreamStatusEndpoint(
  access: AdminAccess,
  upstreams: Pick<Upstreams, 'status'>,
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
          tag: TAG,
          answers: { 200: jsonAnswer('Breakers and targets.', upstreamStatusesSchema) },
        },
        () => {
          const items = upstreams.status().map(upstreamStatusJson);
          return json(200, { server_time: timestamp(now()), items } satisfies UpstreamStatuses);
        },
      ),
    },
  };
}
