import {
  type Endpoint,
  type Exchange,
  jsonAnswer,
  problemAnswer,
  problemSchema,
} from '../../gateway';
import { json, preferredType, problem, type Reply, text } from '../../http';
import { CONTENT_TYPES } from './exposition';
import type { Metrics } from './metrics';
import { summarySchema } from './summary';

const OFFERED = ['text/plain', 'application/openmetrics-text', 'application/json'] as const;
const NO_STORE = ['Cache-Control', 'no-store', 'Vary', 'Accept'];

/** `GET /metrics`: for Prometheus, or in a few numbers as JSON where that is asked for. */
export function metricsEndpoint(metrics: Pick<Metrics, 'text' | 'json'>): Endpoint {
  async function handle({ call, requestId }: Exchange): Promise<Reply> {
    try {
      switch (preferredType(call.header('accept'), OFFERED)) {
        case 'application/json':
          return json(200, await metrics.json(), ...NO_STORE);
        case 'application/openmetrics-text':
          return text(
            200,
            CONTENT_TYPES.openmetrics,
            await metrics.text('openmetrics'),
            ...NO_STORE,
          );
        default:
          return text(200, CONTENT_TYPES.text, await metrics.text('text'), ...NO_STORE);
      }
    } catch {
      return problem(NOT_GATHERED, call.path, requestId, 'Retry-After', '1', ...NO_STORE);
    }
  }

  return {
    path: '/metrics',
    methods: {
      GET: {
        documentation: {
          id: 'getMetrics',
          summary: 'Tell what this replica has counted and measured',
          description:
            'For Prometheus: its text format 0.0.4, or OpenMetrics 1.0 where `Accept` prefers that. Where `Accept` prefers `application/json`, a few numbers as JSON.',
          tag: 'Health',
          answers: {
            200: {
              ...jsonAnswer('The numbers.', summarySchema),
              otherMediaTypes: ['text/plain', 'application/openmetrics-text'],
            },
            503: problemAnswer(
              'The workers of this replica could not be asked; try again.',
              problemSchema,
            ),
          },
        },
        handle,
      },
    },
  };
}

const NOT_GATHERED = {
  title: 'Metrics can not be gathered',
  status: 503,
  detail: 'What the workers of this replica have counted could not be asked in time.',
};
