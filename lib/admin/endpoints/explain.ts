import { z } from 'zod';
import { type Endpoint, explanationSchema, jsonAnswer } from '../../gateway';
import { json } from '../../http';
import type { AdminAccess } from '../access';
import type { Explainer } from '../explainer';
import { hypotheticalRequestSchema, recordedRequestSchema } from '../explanation-input';
import { parsed, readJson } from '../json-body';
import { ADMIN_PATH, NOT_FOUND, unsafeOperation } from '../operation';
import { notFound } from '../refused';

const recordSchema = z.record(z.string(), z.unknown());

/** `/explain`: why a request was answered as it was, or how one would be. */
export function explainEndpoint(access: AdminAccess, explain: Explainer): Endpoint {
  return {
    path: `${ADMIN_PATH}/explain`,
    isPrivate: true,
    methods: {
      POST: unsafeOperation(
        access,
        {
          id: 'explain',
          summary: 'Explain what became of a request, or would become of one',
          description:
            'By the id of a request that any replica answered lately, or by a description of one that nobody sends. Consumes nothing.',
          tag: 'Policies',
          body: z.union([recordedRequestSchema, hypotheticalRequestSchema]),
          answers: {
            200: jsonAnswer('Everything that was weighed.', explanationSchema),
            404: NOT_FOUND,
          },
        },
        async ({ call }) => {
          const body = await readJson(call, recordSchema);
          // By one schema alone, whose faults then are those of what was meant.
          const isRecorded = Object.hasOwn(body, 'request_id');
          const schema = isRecorded ? recordedRequestSchema : hypotheticalRequestSchema;
          const explanation = await explain(parsed(schema, body));
          if (explanation === undefined)
            throw notFound('record of this request on any replica that answers');
          return json(200, explanation);
        },
      ),
    },
  };
}
