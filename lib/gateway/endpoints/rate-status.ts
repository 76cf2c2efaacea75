import { z } from 'zod';
import { type Call, json, parseTarget, problem, queryParameter } from '../../http';
import type { Identity, Refusal } from '../../identity';
import type { MaybePromise } from '../../limiter';
import { methodSchema, type Snapshot } from '../../policy';
import {
  badInput,
  jsonAnswer,
  problemAnswer,
  problemSchema,
  quotaExceededSchema,
} from '../answers';
import type { Endpoint, Exchange } from '../endpoint';
import { rateStatusOf, rateStatusSchema } from '../rate-status';
import type { RouteOf } from '../route-name';
import type { TurnAway } from '../turn-away';

const DEFAULT_PATH = '/api/v1/stock-price';
const DEFAULT_METHOD = 'GET';

export interface RateStatusOptions {
  readonly identify: (call: Call) => MaybePromise<Identity | Refusal>;
  readonly turnAway: TurnAway;
  readonly snapshot: () => Snapshot;
  readonly routeOf: RouteOf;
}

export function rateStatusEndpoint({
  identify,
  turnAway,
  snapshot,
  routeOf,
}: RateStatusOptions): Endpoint {
  async function handle({ call, requestId }: Exchange) {
    const refused = { instance: call.path, requestId };
    const identity = await identify(call);
    if ('refused' in identity) return turnAway(identity, refused);
    const named = queryParameter(call.query, 'path') ?? DEFAULT_PATH;
    const path = named.startsWith('/') ? parseTarget(named)?.path : undefined;
    const method = methodSchema.safeParse(queryParameter(call.query, 'method') ?? DEFAULT_METHOD);
    const status =
      path !== undefined && method.success && (await statusAt(call, identity, path, method.data));
    if (status) return json(200, status, 'Cache-Control', 'no-store');
    const errors = [{ path: 'query.path', message: `use a limited path such as ${DEFAULT_PATH}` }];
    const detail = 'No enforced policy limits this caller at this path.';
    return problem({ title: 'Bad input', status: 400, detail, errors }, call.path, requestId);
  }

  function statusAt(call: Call, identity: Identity, path: string, method: string) {
    const there = callAt(call, path, method);
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
            {
              name: 'method',
              description: `Of the request that is meant; ${DEFAULT_METHOD} when absent.`,
              schema: methodSchema.default(DEFAULT_METHOD),
            },
          ],
          answers: {
            200: jsonAnswer("The caller's state under the path's policy.", rateStatusSchema),
            400: badInput,
            401: problemAnswer('The credentials hold nothing.', problemSchema),
            429: problemAnswer('Too many of such credentials.', quotaExceededSchema),
          },
        },
        handle,
      },
    },
  };
}

/** The same caller, asking for another path. */
function callAt(call: Call, path: string, method: string): Call {
  return {
    method,
    path,
    query: '',
    peerAddress: call.peerAddress,
    header: (name) => call.header(name),
    body: async () => '',
  };
}
