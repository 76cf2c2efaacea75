import { z } from 'zod';
import type { Endpoint } from '../../gateway';
import { diff, type Repository, type Revision, rollbackEdits } from '../../policy';
import type { AdminAccess } from '../access';
import { versioned, versionedAnswer } from '../answers';
import { change, changeOperation } from '../change';
import { nothingSchema, readJson } from '../json-body';
import { ADMIN_PATH, NOT_FOUND } from '../operation';
import { notFound } from '../refused';
import { changedSchema, changeJson } from '../version-record';

const VERSION = /^[1-9]\d{0,14}$/;

/** `/versions/{version}/rollback`: the configuration as it was, as a version of its own. */
export function rollbackEndpoint(
  access: AdminAccess,
  repository: Repository,
  revision: () => Revision,
): Endpoint {
  return {
    path: `${ADMIN_PATH}/versions/{version}/rollback`,
    isPrivate: true,
    methods: {
      POST: changeOperation(
        access,
        {
          id: 'rollback',
          summary: 'Restore the configuration of a version',
          description: 'API keys are the exception: none becomes valid again by it.',
          tag: 'Versions',
          params: [
            {
              name: 'version',
              description: 'The version to go back to.',
              schema: z.int().min(1),
            },
          ],
          body: nothingSchema,
          answers: {
            200: versionedAnswer('Restored, as one version.', changedSchema),
            404: NOT_FOUND,
          },
        },
        async (exchange, admin) => {
          const { version = '' } = exchange.params;
          await readJson(exchange.call, nothingSchema);
          if (!VERSION.test(version)) throw notFound(`version ${version}`);
          const target = Number(version);
          const records = await repository.since(target);
          const [next] = records;
          const isKnown = next ? next.version === target + 1 : target <= revision().version;
          if (!isKnown) throw notFound(`way back to version ${version}`);
          const baseVersion = records.at(-1)?.version;
          const { revision: changed, before } = await change({
            repository,
            exchange,
            admin,
            defaults: {
              comment: `Back to version ${version}`,
              ...(baseVersion !== undefined && { baseVersion }),
            },
            plan: (present) => ({ edits: rollbackEdits(present, records), outcome: undefined }),
          });
          const changes = diff(before, changed.configuration).map(changeJson);
          return versioned(200, { version: changed.version, changes });
        },
      ),
    },
  };
}
