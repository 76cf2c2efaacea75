import { z } from 'zod';
import { badInput, type DecisionLog, type Endpoint, jsonAnswer, queryValue } from '../../gateway';
import { json } from '../../http';
import {
  type Fleet,
  MOST_REQUESTS,
  type RequestSearch,
  requestSearchSchema,
  requestsQuestion,
} from '../../telemetry/fleet';
import { liveDecisionOf, liveDecisionSchema } from '../../telemetry/traffic';
import type { AdminAccess } from '../access';
import { ADMIN_PATH, readOperation } from '../operation';

const DEFAULT_LIMIT = 100;
const LIMIT_RULE = `use a whole number from 1 to ${MOST_REQUESTS}`;

const limitSchema = z
  .string()
  .regex(/^\d{1,15}$/, LIMIT_RULE)
  .transform(Number)
  .pipe(z.int().min(1, LIMIT_RULE).max(MOST_REQUESTS, LIMIT_RULE));

const foundRequestsSchema = z
  .object({
    /** Newest first. */
    items: z.array(liveDecisionSchema.meta({ id: 'RecordedRequest' })),
    /** Live replicas, the one that answers included. */
    replicas_asked: z.int(),
    replicas_answered: z.int(),
  })
  .meta({ id: 'FoundRequests' });

export type FoundRequests = z.output<typeof foundRequestsSchema>;

const { id, identity, route, policy, verdict } = requestSearchSchema.shape;
const PARAMETERS = [
  { name: 'id', description: 'The request id, whole.', schema: id },
  {
    name: 'identity',
    description: 'A part of the id of a key, of a user or of an address, whatever the case.',
    schema: identity,
  },
  { name: 'route', description: 'The route that it took; `-`: none.', schema: route },
  { name: 'policy', description: 'The policy that decided; `-`: none did.', schema: policy },
  { name: 'verdict', description: 'What it came to.', schema: verdict },
  {
    name: 'limit',
    description: 'Most requests in the answer.',
    schema: z.int().min(1).max(MOST_REQUESTS).default(DEFAULT_LIMIT),
  },
];

export interface RequestsOptions {
  readonly decisions: Pick<DecisionLog, 'search'>;
  readonly fleet: Pick<Fleet, 'ask'>;
  /** The name of this replica. */
  readonly replica: string;
}

/** `/requests`: the latest requests that any replica has kept. */
export function requestsEndpoint(
  access: AdminAccess,
  { decisions, fleet, replica }: RequestsOptions,
): Endpoint {
  async function find(search: RequestSearch): Promise<FoundRequests> {
    const { asked, answers } = await fleet.ask(requestsQuestion, search);
    const { limit, ...filter } = search;
    const own = decisions.search(filter, limit);
    const found = [
      ...own.map((recorded) => liveDecisionOf(recorded, replica)),
      ...answers.flatMap(({ body }) => body),
    ];
    return {
      items: found.sort((one, other) => other.at - one.at).slice(0, limit),
      replicas_asked: asked + 1,
      replicas_answered: answers.length + 1,
    };
  }

  return {
    path: `${ADMIN_PATH}/requests`,
    isPrivate: true,
    methods: {
      GET: readOperation(
        access,
        {
          id: 'findRequests',
          summary: 'Find the latest requests',
          description:
            'Of all live replicas, as far as they have kept them: refused ones longer than others.',
          tag: 'Requests',
          query: PARAMETERS,
          answers: { 200: jsonAnswer('What was found.', foundRequestsSchema), 400: badInput },
        },
        async ({ call }) =>
          json(
            200,
            await find({
              id: queryValue(call, 'id', id),
              identity: queryValue(call, 'identity', identity),
              route: queryValue(call, 'route', route),
              policy: queryValue(call, 'policy', policy),
              verdict: queryValue(call, 'verdict', verdict),
              limit: queryValue(call, 'limit', limitSchema) ?? DEFAULT_LIMIT,
            }),
          ),
      ),
    },
  };
}
