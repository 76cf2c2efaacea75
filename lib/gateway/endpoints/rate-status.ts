import { z } from 'zod';
import { json, problem, queryParameter } from '../../http';
import type { Decision, Limiter } from '../../limiter';
import { windowSeconds } from '../admission';
import { badInput, jsonAnswer } from '../answers';
import type { Endpoint, Exchange } from '../endpoint';

export const rateStatusSchema = z
  .object({
    identifier: z.string(),
    policy: z.string(),
    algorithm: z.string(),
    limit: z.int(),
    /** Null, like the other three, while the store is failing and nothing is counted. */
    used: z.int().nullable(),
    remaining: z.int().nullable(),
    window_seconds: z.int(),
    reset_at: z.iso.datetime().nullable(),
    reset_in_ms: z.int().nullable(),
    /** Where the store keeps the present count. */
    key: z.string(),
    store: z.enum(['memory', 'redis']),
    enforced: z.boolean(),
    /** The clock that windows follow. */
    server_time: z.iso.datetime(),
  })
  .meta({ id: 'RateStatus' });

export type RateStatus = z.infer<typeof rateStatusSchema>;

/** The state of one caller under one policy, without consuming anything. */
export async function rateStatusOf(limiter: Limiter, identifier: string): Promise<RateStatus> {
  const { policy } = limiter;
  const decision = await limiter.peek(identifier);
  const nowMs = decision.source === 'fallback' ? Date.now() : decision.nowMs;
  const limit = decision.source === 'fallback' ? policy.limits[0] : decision.binding.limit;
  return {
    identifier,
    policy: policy.name,
    algorithm: limit.algorithm,
    limit: limit.quota,
    ...countsOf(decision),
    window_seconds: windowSeconds(limit),
    key: limiter.keyOf(identifier, nowMs),
    store: limiter.storeKind,
    server_time: new Date(nowMs).toISOString(),
  };
}

function countsOf(decision: Decision) {
  if (decision.source === 'fallback') {
    return { used: null, remaining: null, reset_at: null, reset_in_ms: null, enforced: false };
  }
  const { binding, nowMs } = decision;
  return {
    used: binding.limit.quota - binding.remaining,
    remaining: binding.remaining,
    reset_at: new Date(nowMs + binding.resetMs).toISOString(),
    reset_in_ms: binding.resetMs,
    enforced: true,
  };
}

/** @param limited every endpoint that has a limiter; the first is the default */
export function rateStatusEndpoint(limited: readonly Endpoint[]): Endpoint {
  const limiters = new Map(
    limited.flatMap(({ path, limiter }) => (limiter ? [[path, limiter] as const] : [])),
  );
  const paths = [...limiters.keys()];
  const [defaultPath = ''] = paths;

  async function handle({ call, requestId, client }: Exchange) {
    const path = queryParameter(call.query, 'path') ?? defaultPath;
    const limiter = limiters.get(path);
    if (limiter !== undefined) {
      return json(200, await rateStatusOf(limiter, client), 'Cache-Control', 'no-store');
    }
    const errors = [{ path: 'query.path', message: `use one of ${paths.join(', ')}` }];
    const detail = 'No limited route has this path.';
    return problem({ title: 'Bad input', status: 400, detail, errors }, call.path, requestId);
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
              description: `Another limited route; ${defaultPath} when absent.`,
              schema: z.enum(paths).default(defaultPath),
            },
          ],
          answers: {
            200: jsonAnswer("The caller's state under the route's policy.", rateStatusSchema),
            400: badInput,
          },
        },
        handle,
      },
    },
  };
}
