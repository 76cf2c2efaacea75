import { z } from 'zod';
import { type Endpoint, jsonAnswer, type Operation } from '../../gateway';
import { json } from '../../http';
import type { Fleet } from '../../telemetry/fleet';
import type { Upstreams } from '../../upstream';
import type { AdminAccess } from '../access';
import { ADMIN_PATH, NOT_FOUND, unsafeOperation } from '../operation';
import { notFound } from '../refused';
import { TAG, upstreamStatusJson, upstreamStatusSchema } from './upstream-resource';

const NAME_PARAMETER = { name: 'name', description: 'Its name.', schema: z.string() };

/** What a person told the breaker of an upstream to do. */
export interface BreakerCommand {
  readonly kind: 'trip' | 'reset';
  readonly upstream: string;
  readonly author: string;
}

/** `/upstreams/{name}/trip` and `/reset`: a person's hand on a breaker. */
export function upstreamBreakerEndpoints(
  access: AdminAccess,
  upstreams: Pick<Upstreams, 'status' | 'trip' | 'reset'>,
  fleet: Pick<Fleet, 'replicas'>,
  onCommand: (command: BreakerCommand) => void,
): Endpoint[] {
  const operation = (
    kind: BreakerCommand['kind'],
    words: Pick<Operation['documentation'], 'id' | 'summary' | 'description'>,
  ) =>
    unsafeOperation(
      access,
      {
        ...words,
        tag: TAG,
        params: [NAME_PARAMETER],
        answers: { 200: jsonAnswer('As it is now.', upstreamStatusSchema), 404: NOT_FOUND },
      },
      async ({ params: { name = '' } }, { author }) => {
        const isKnown = upstreams[kind](name);
        if (isKnown) onCommand({ kind, upstream: name, author });
        const status = upstreams.status().find((upstream) => upstream.name === name);
        if (!isKnown || status === undefined) throw notFound(`upstream ${name}`);
        return json(200, upstreamStatusJson(status, await fleet.replicas()));
      },
    );
  return [
    {
      path: `${ADMIN_PATH}/upstreams/{name}/trip`,
      isPrivate: true,
      methods: {
        POST: operation('trip', {
          id: 'tripUpstream',
          summary: 'Open the breaker of an upstream',
          description:
            'On every replica, until it is reset: all requests to it are answered with 503.',
        }),
      },
    },
    {
      path: `${ADMIN_PATH}/upstreams/{name}/reset`,
      isPrivate: true,
      methods: {
        POST: operation('reset', {
          id: 'resetUpstream',
          summary: 'Close the breaker of an upstream',
          description: 'On every replica; ejected targets are taken back too.',
        }),
      },
    },
  ];
}
