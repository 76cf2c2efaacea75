import { z } from 'zod';
import { badInput, type Endpoint, jsonAnswer, queryValue } from '../../gateway';
import { json } from '../../http';
import type { Repository } from '../../policy';
import type { AdminAccess } from '../access';
import { ADMIN_PATH, readOperation, UNAVAILABLE } from '../operation';
import { type VersionRecordJson, versionRecordJson, versionRecordSchema } from '../version-record';

const DEFAULT_LIMIT = 50;
const LARGEST_LIMIT = 200;

const LIMIT_RULE = `use a whole number from 1 to ${LARGEST_LIMIT}`;

const wholeNumber = (rule: string) =>
  z
    .string()
    .regex(/^\d{1,15}$/, rule)
    .transform(Number);
const beforeSchema = wholeNumber('use a version');
const limitSchema = wholeNumber(LIMIT_RULE).pipe(
  z.int().min(1, LIMIT_RULE).max(LARGEST_LIMIT, LIMIT_RULE),
);

const pageSchema = z.object({
  items: z.array(versionRecordSchema),
  /** For the next page; null: there is none. */
  next_before: z.int().nullable(),
});

/** `/versions`: the history, newest first. */
export function versionsEndpoint(access: AdminAccess, repository: Repository): Endpoint {
  return {
    path: `${ADMIN_PATH}/versions`,
    isPrivate: true,
    methods: {
      GET: readOperation(
        access,
        {
          id: 'listVersions',
          summary: 'List the versions of the configuration, newest first',
          tag: 'Versions',
          query: [
            { name: 'before', description: 'Only versions below.', schema: z.int().min(1) },
            {
              name: 'limit',
              description: 'Most versions in the answer.',
              schema: z.int().min(1).max(LARGEST_LIMIT).default(DEFAULT_LIMIT),
            },
          ],
          answers: {
            200: jsonAnswer('A page of them.', pageSchema),
            400: badInput,
            503: UNAVAILABLE,
          },
        },
        async ({ call }) => {
          const before = queryValue(call, 'before', beforeSchema);
          const limit = queryValue(call, 'limit', limitSchema) ?? DEFAULT_LIMIT;
          const records = await repository.history({
            limit,
            ...(before !== undefined && { before }),
          });
          const items = records.map(versionRecordJson);
          return json(200, { items, next_before: nextBefore(items, limit) });
        },
      ),
    },
  };
}

function nextBefore(items: readonly VersionRecordJson[], limit: number): number | null {
  const last = items.at(-1);
  return items.length < limit || last === undefined || last.version === 1 ? null : last.version;
}
