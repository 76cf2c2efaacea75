import { z } from 'zod';
import { type Call, json, parseTarget, problem, queryParameter } from '../../http';
import type { Identity, Refusal } from '../../identity';
import type { MaybePromise } from '../../limiter';
import type { Snapshot } from '../../policy';
import { badInput, jsonAnswer, problemAnswer, problemSchema } from '../answers';
import type { Endpoint, Exchange } from '../endpoint';
import { rateStatusOf, rateStatusSchema } from '../rate-status';
import { unauthorized } from '../refusal';
import type { RouteOf } from '../route-name';

const DEFAULT_PATH = '/api/v1/stock-price';

export interface RateStatusOptions {
  readonly identify: (call: Call) => MaybePromise<Identity | Refusal>;
  readonly snapshot: () => Snapshot;
  readonly routeOf: RouteOf;
}

export function rateStatusEndpoint({ identify, snapshot, routeOf }: RateStatusOptions): Endpoint {
  async function handle({ call, requestId }: Exchange) {
    const refused = { instance: call.path, requestId };
    const identity = await identify(call);
    if ('refused' in identity) return unauthorized(identity, refused);
    const named = queryParameter(call.query, 'path') ?? DEFAULT_PATH;
    const path = named.startsWith('/') ? parseTarget(named)?.path : undefined;
    const status = path && (await statusAt(call, identity, path));
    if (status) return json(200, status, 'Cache-Control', 'no-store');
    const errors = [{ path: 'query.path', message: `use a limited path such as ${DEFAULT_PATH}` }];
    const detail = 'No enforced policy limits this caller at this path.';
    return problem({ title: 'Bad input', status: 400, detail, errors }, call.path, requestId);
  }

  function statusAt(call: Call, identity: Identity, path: string) {
    const there = callAt(call, path);
    const present = snapshot();
    return rateStatusOf(present, identity, there, routeOf(there, present));
  }

  return {
    path: '/api/v1/rate-status',
    methods: {
      GET: {
        documentation: {
          id: 'getRateStatus',
          summary: 'Tell the caller how much is left',
          description: 'Consumes nothing.',
          tag: 'Limits',
          query: [
            {
              name: 'path',
              description: `Another limited path; ${DEFAULT_PATH} when absent.`,
              schema: z.string().default(DEFAULT_PATH),
            },
          ],
          answers: {
            200: jsonAnswer("The caller's state under the path's policy.", rateStatusSchema),
            400: badInput,
            401: problemAnswer('The credentials hold nothing.', problemSchema),
          },
        },
        handle,
      },
    },
  };
}

/** The same caller, asking for another path. */
function callAt(call: Call, path: string): Call {
  return {
    method: 'GET',
    path,
    query: '',
    peerAddress: call.peerAddress,
    header: (name) => call.header(name),
    body: async () => '',
  };
}
