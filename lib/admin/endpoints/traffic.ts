import { z } from 'zod';
import {
  badInput,
  type Endpoint,
  invalidInput,
  jsonAnswer,
  nameParameter,
  problemAnswer,
  problemSchema,
  queryValue,
  RefusedError,
} from '../../gateway';
import { json } from '../../http';
import { TrafficBusyError, type TrafficHistory } from '../../telemetry/traffic';
import type { AdminAccess } from '../access';
import { ADMIN_PATH, readOperation } from '../operation';
import {
  spanBetween,
  spanOfRange,
  type TrafficRange,
  type TrafficSpan,
  trafficRanges,
} from '../traffic-span';
import { trafficJson, trafficSchema } from './traffic-resource';

export interface TrafficSource {
  readonly history: Pick<TrafficHistory, 'query'>;
  /** The clock that it goes by: Unix ms. */
  readonly now: () => number;
}

const RANGE_RULE = `use one of ${trafficRanges.join(', ')}`;
const rangeSchema = z.enum(trafficRanges, { error: RANGE_RULE });
const momentSchema = z
  .string()
  .regex(/^\d{1,11}$/, 'use Unix seconds')
  .transform(Number);

/** `/traffic`: what came in a time, as series, totals and shares that agree with each other. */
export function trafficEndpoint(access: AdminAccess, { history, now }: TrafficSource): Endpoint {
  return {
    path: `${ADMIN_PATH}/traffic`,
    isPrivate: true,
    methods: {
      GET: readOperation(
        access,
        {
          id: 'getTraffic',
          summary: 'Tell the traffic of a time, of all replicas',
          description:
            'By `range`, which ends with the last whole second, or between `from` and `to`. The last step may not be whole yet: it ends at `to`.',
          tag: 'Traffic',
          query: [
            {
              name: 'range',
              description: 'The time up to now.',
              schema: z.enum(trafficRanges).default('5m'),
            },
            { name: 'from', description: 'Unix seconds; with `to`.', schema: z.int().min(0) },
            { name: 'to', description: 'Unix seconds, not included.', schema: z.int().min(0) },
            { name: 'route', description: 'Only of this route.', schema: nameParameter },
            { name: 'policy', description: 'Only of this policy.', schema: nameParameter },
            { name: 'replica', description: 'Only of this replica.', schema: nameParameter },
          ],
          answers: {
            200: jsonAnswer('What came.', trafficSchema),
            400: badInput,
            503: problemAnswer('Too many different questions wait already.', problemSchema),
          },
        },
        async ({ call }) => {
          const nowMs = now();
          const range = queryValue(call, 'range', rangeSchema);
          const from = queryValue(call, 'from', momentSchema);
          const to = queryValue(call, 'to', momentSchema);
          const span = spanOf(range, from, to, Math.floor(nowMs / 1_000));
          const { step } = span;
          const query = {
            from: span.from,
            to: Math.ceil(span.to / step) * step,
            step,
            filter: {
              route: queryValue(call, 'route', nameParameter),
              policy: queryValue(call, 'policy', nameParameter),
              replica: queryValue(call, 'replica', nameParameter),
            },
          };
          const report = await history.query(query).catch(refuseWhileBusy);
          return json(200, trafficJson(report, span, nowMs));
        },
      ),
    },
  };
}

function refuseWhileBusy(error: unknown): never {
  if (!(error instanceof TrafficBusyError)) throw error;
  const told = { title: 'Busy', status: 503, detail: `${error.message}; ask again in a second.` };
  throw new RefusedError(told, 'Retry-After', '1');
}

function spanOf(
  range: TrafficRange | undefined,
  from: number | undefined,
  to: number | undefined,
  nowSeconds: number,
): TrafficSpan {
  if (from === undefined && to === undefined) return spanOfRange(range ?? '5m', nowSeconds);
  if (range !== undefined || from === undefined || to === undefined) {
    throw invalidInput([{ path: 'query', message: 'use range, or both from and to' }]);
  }
  return spanBetween(from, to, nowSeconds);
}
