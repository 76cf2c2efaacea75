import { z } from 'zod';
import { type Endpoint, invalidInput } from '../../gateway';
import { newApiKey } from '../../identity';
import { type ApiKey, apiKeySchema } from '../../policy';
import { versioned, versionedAnswer } from '../answers';
import { change, changeOperation } from '../change';
import { entityOf } from '../entity';
import { readJson } from '../json-body';
import { keyJson, keySchema, statusOf, timestamp } from '../key';
import { NOT_FOUND, readOperation, UNAVAILABLE } from '../operation';
import { notFound } from '../refused';
import {
  ID_PARAMETER,
  issuedSchema,
  itemSchema,
  type KeyEndpointsOptions,
  lastUses,
  PATH,
  TAG,
} from './key-resource';

const issueSchema = apiKeySchema
  .pick({ client: true, description: true, tier: true, expires_at: true })
  .strict();

/** `/keys` and `/keys/{id}`: list, issue and read API keys. */
export function keyEndpoints(options: KeyEndpointsOptions): Endpoint[] {
  const { access, repository, revision, now } = options;

  return [
    {
      path: PATH,
      isPrivate: true,
      methods: {
        GET: readOperation(
          access,
          {
            id: 'listKeys',
            summary: 'List the API keys',
            tag: TAG,
            answers: {
              200: versionedAnswer(
                'All keys, without their secrets, which nobody has.',
                z.object({ version: z.int(), items: z.array(keySchema) }),
              ),
              503: UNAVAILABLE,
            },
          },
          async () => {
            const lastUse = await lastUses(options);
            const { version, configuration } = revision();
            const items = configuration.keys.map((key) => keyJson(key, lastUse(key.id), now()));
            return versioned(200, { version, items });
          },
        ),
        POST: changeOperation(
          access,
          {
            id: 'issueKey',
            summary: 'Issue an API key',
            description: 'The key is in this answer and nowhere else.',
            tag: TAG,
            body: issueSchema,
            answers: { 201: versionedAnswer('Issued.', issuedSchema) },
          },
          async (exchange, admin) => {
            const wanted = await readJson(exchange.call, issueSchema);
            const { id, key, hash } = newApiKey();
            const issued: ApiKey = { ...wanted, id, hash, created_at: timestamp(now()) };
            if (statusOf(issued, now()) === 'expired') {
              throw invalidInput([{ path: 'expires_at', message: 'use a time to come' }]);
            }
            const subject = { kind: 'keys', id } as const;
            const { revision: changed } = await change({
              repository,
              exchange,
              admin,
              subject,
              plan: () => ({ edits: [{ ...subject, after: issued }], outcome: undefined }),
            });
            const item = keyJson(issued, undefined, now());
            const body = { version: changed.version, item, key };
            return versioned(201, body, 'Location', `${PATH}/${id}`);
          },
        ),
      },
    },
    {
      path: `${PATH}/{id}`,
      isPrivate: true,
      methods: {
        GET: readOperation(
          access,
          {
            id: 'getKey',
            summary: 'Read an API key',
            tag: TAG,
            params: [ID_PARAMETER],
            answers: {
              200: versionedAnswer('As it is now, without its secret.', itemSchema),
              404: NOT_FOUND,
              503: UNAVAILABLE,
            },
          },
          async ({ params: { id = '' } }) => {
            const lastUse = await lastUses(options);
            const { version, configuration } = revision();
            const key = entityOf(configuration, 'keys', id);
            if (key === undefined) throw notFound(`key ${id}`);
            return versioned(200, { version, item: keyJson(key, lastUse(id), now()) });
          },
        ),
      },
    },
  ];
}
