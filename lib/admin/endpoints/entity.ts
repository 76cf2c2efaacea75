import { z } from 'zod';
import { type Endpoint, invalidInput } from '../../gateway';
import { type Configuration, type Edit, type Entities, entitySchemas } from '../../policy';
import { versioned, versionedAnswer } from '../answers';
import { change, changeOperation, type Subject } from '../change';
import { entityOf, KIND_WORDS, type NamedKind } from '../entity';
import { readJson } from '../json-body';
import { ADMIN_PATH, NOT_FOUND, readOperation } from '../operation';
import { notFound } from '../refused';
import type { EntityEndpointsOptions } from './collection';

const NAME_PARAMETER = { name: 'name', description: 'Its name.', schema: z.string() };

/** `/<kind>/{name}`: reads, replaces, creates and removes one. */
export function entityEndpoint<K extends NamedKind>(
  kind: K,
  { access, repository, revision }: EntityEndpointsOptions,
): Endpoint {
  const { tag, word, noun } = KIND_WORDS[kind];
  const schema: z.ZodType<Entities[K]> = entitySchemas[kind];
  const itemSchema = z.object({ version: z.int(), item: schema });
  const params = [NAME_PARAMETER];
  return {
    path: `${ADMIN_PATH}/${kind}/{name}`,
    isPrivate: true,
    methods: {
      GET: readOperation(
        access,
        {
          id: `get${noun}`,
          summary: `Read a ${word}`,
          tag,
          params,
          answers: { 200: versionedAnswer('As it is now.', itemSchema), 404: NOT_FOUND },
        },
        ({ params: { name = '' } }) => {
          const { version, configuration } = revision();
          const item = entityOf(configuration, kind, name);
          if (item === undefined) throw notFound(`${word} ${name}`);
          return versioned(200, { version, item });
        },
      ),
      PUT: changeOperation(
        access,
        {
          id: `put${noun}`,
          summary: `Replace or create a ${word}`,
          tag,
          params,
          body: schema,
          answers: {
            200: versionedAnswer('Replaced.', itemSchema),
            201: versionedAnswer('Created.', itemSchema),
          },
        },
        async (exchange, admin) => {
          const { name = '' } = exchange.params;
          const item = await readJson(exchange.call, schema);
          if (item.name !== name) {
            throw invalidInput([{ path: 'name', message: `use ${name}, as in the path` }]);
          }
          const subject = { kind, id: name };
          const { revision: changed, outcome } = await change({
            repository,
            exchange,
            admin,
            subject,
            plan: (present) => ({
              edits: [{ ...subject, after: item }],
              outcome: { isNew: entityOf(present, kind, name) === undefined },
            }),
          });
          const body = { version: changed.version, item };
          return outcome.isNew
            ? versioned(201, body, 'Location', exchange.call.path)
            : versioned(200, body);
        },
      ),
      DELETE: changeOperation(
        access,
        {
          id: `delete${noun}`,
          summary: `Remove a ${word}`,
          description:
            'Refused while something else refers to it. Revoked keys go with their client.',
          tag,
          params,
          answers: {
            200: versionedAnswer('Removed.', z.object({ version: z.int() })),
            404: NOT_FOUND,
          },
        },
        async (exchange, admin) => {
          const { name = '' } = exchange.params;
          const subject = { kind, id: name };
          const { revision: changed, outcome } = await change({
            repository,
            exchange,
            admin,
            subject,
            plan(present) {
              const isThere = entityOf(present, kind, name) !== undefined;
              const removed = { ...subject, after: null };
              const edits = isThere ? [removed, ...withdrawn(present, subject)] : [];
              return { edits, outcome: { isThere } };
            },
          });
          if (!outcome.isThere) throw notFound(`${word} ${name}`);
          return versioned(200, { version: changed.version });
        },
      ),
    },
  };
}

/** What refers to an entity and is of no use any more: it goes with it. */
function withdrawn({ keys }: Configuration, { kind, id }: Subject): Edit[] {
  if (kind !== 'clients') return [];
  return keys
    .filter(({ client, revoked_at }) => client === id && revoked_at !== undefined)
    .map((key) => ({ kind: 'keys', id: key.id, after: null }));
}
