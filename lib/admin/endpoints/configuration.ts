import { z } from 'zod';
import type { Endpoint } from '../../gateway';
import {
  configurationSchema,
  diff,
  entitySchemas,
  type Repository,
  type Revision,
  replaceEdits,
} from '../../policy';
import type { AdminAccess } from '../access';
import { versioned, versionedAnswer } from '../answers';
import { change, changeOperation } from '../change';
import { LARGEST_CONFIGURATION, readJson } from '../json-body';
import { ADMIN_PATH, readOperation } from '../operation';
import { changedSchema, changeJson } from '../version-record';

const TAG = 'Configuration';

const wholeSchema = z.object({
  version: z.int(),
  configuration: z.object({
    policies: z.array(entitySchemas.policies),
    tiers: z.array(entitySchemas.tiers),
    clients: z.array(entitySchemas.clients),
    keys: z.array(entitySchemas.keys),
    routes: z.array(entitySchemas.routes),
    upstreams: z.array(entitySchemas.upstreams),
  }),
});

/** `/configuration`: all of it, to keep elsewhere and to put back. */
export function configurationEndpoint(
  access: AdminAccess,
  repository: Repository,
  revision: () => Revision,
): Endpoint {
  return {
    path: `${ADMIN_PATH}/configuration`,
    isPrivate: true,
    methods: {
      GET: readOperation(
        access,
        {
          id: 'exportConfiguration',
          summary: 'Export the whole configuration',
          description: 'Of API keys it holds hashes.',
          tag: TAG,
          answers: { 200: versionedAnswer('As it is now.', wholeSchema) },
        },
        () => {
          const { version, configuration } = revision();
          return versioned(200, { version, configuration });
        },
      ),
      PUT: changeOperation(
        access,
        {
          id: 'importConfiguration',
          summary: 'Replace the whole configuration',
          description:
            'What the document does not name is removed. No API key becomes valid again by it.',
          tag: TAG,
          body: configurationSchema,
          answers: { 200: versionedAnswer('Replaced, as one version.', changedSchema) },
        },
        async (exchange, admin) => {
          const wanted = await readJson(exchange.call, configurationSchema, LARGEST_CONFIGURATION);
          const history = await repository.since(0);
          const editsOf = replaceEdits(wanted, { history, at: new Date().toISOString() });
          const baseVersion = history.at(-1)?.version;
          const { revision: changed, before } = await change({
            repository,
            exchange,
            admin,
            // A key that somebody removes meanwhile is not in this history.
            defaults: baseVersion === undefined ? {} : { baseVersion },
            plan: (present) => ({ edits: editsOf(present), outcome: undefined }),
          });
          const changes = diff(before, changed.configuration).map(changeJson);
          return versioned(200, { version: changed.version, changes });
        },
      ),
    },
  };
}
