import { z } from 'zod';
import type { Endpoint } from '../../gateway';
import { type Entities, entitySchemas, type Repository, type Revision } from '../../policy';
import type { AdminAccess } from '../access';
import { versioned, versionedAnswer } from '../answers';
import { change, changeOperation, conflict } from '../change';
import { entityOf, KIND_WORDS, type NamedKind } from '../entity';
import { readJson } from '../json-body';
import { ADMIN_PATH, readOperation } from '../operation';

export interface EntityEndpointsOptions {
  readonly access: AdminAccess;
  readonly repository: Repository;
  readonly revision: () => Revision;
}

/** `/<kind>`: lists what there is of a kind, and creates. */
export function collectionEndpoint<K extends NamedKind>(
  kind: K,
  { access, repository, revision }: EntityEndpointsOptions,
): Endpoint {
  const { tag, word, noun } = KIND_WORDS[kind];
  const schema: z.ZodType<Entities[K]> = entitySchemas[kind];
  const listSchema = z.object({ version: z.int(), items: z.array(schema) });
  const itemSchema = z.object({ version: z.int(), item: schema });
  const path = `${ADMIN_PATH}/${kind}`;
  return {
    path,
    isPrivate: true,
    methods: {
      GET: readOperation(
        access,
        {
          id: `list${tag}`,
          summary: `List the ${kind}`,
          tag,
          answers: { 200: versionedAnswer('As they are now.', listSchema) },
        },
        () => {
          const { version, configuration } = revision();
          return versioned(200, { version, items: configuration[kind] });
        },
      ),
      POST: changeOperation(
        access,
        {
          id: `create${noun}`,
          summary: `Create a ${word}`,
          tag,
          body: schema,
          answers: { 201: versionedAnswer('Created.', itemSchema) },
        },
        async (exchange, admin) => {
          const item = await readJson(exchange.call, schema);
          const subject = { kind, id: item.name };
          const { revision: changed, outcome } = await change({
            repository,
            exchange,
            admin,
            subject,
            plan(present) {
              const isTaken = entityOf(present, kind, item.name) !== undefined;
              return {
                edits: isTaken ? [] : [{ ...subject, after: item }],
                outcome: { isTaken },
              };
            },
          });
          if (outcome.isTaken) {
            throw conflict(`there is a ${word} ${item.name} already`, changed, subject);
          }
          const body = { version: changed.version, item };
          return versioned(201, body, 'Location', `${path}/${item.name}`);
        },
      ),
    },
  };
}
