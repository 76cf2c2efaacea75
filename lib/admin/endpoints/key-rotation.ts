import { z } from 'zod';
import { type Endpoint, invalidInput } from '../../gateway';
import { newApiKey } from '../../identity';
import type { ApiKey } from '../../policy';
import { versioned, versionedAnswer } from '../answers';
import { change, changeOperation, type Plan } from '../change';
import { entityOf } from '../entity';
import { readJson } from '../json-body';
import { expiringBy, keyJson, keySchema, statusOf, successorOf } from '../key';
import { NOT_FOUND } from '../operation';
import { notFound } from '../refused';
import {
  ID_PARAMETER,
  issuedSchema,
  type KeyEndpointsOptions,
  lastUses,
  PATH,
  TAG,
} from './key-resource';

const DAY_SECONDS = 86_400;

const rotateSchema = z
  .strictObject({
    /** How long the old key still works. */
    overlap_seconds: z
      .int()
      .min(0)
      .max(30 * DAY_SECONDS)
      .default(DAY_SECONDS),
  })
  .prefault({});

/** What came of it, or why nothing did. */
type Rotation =
  | { readonly renewed: ApiKey; readonly replaced: ApiKey }
  | 'absent'
  | 'expired'
  | 'revoked';

/** `/keys/{id}/rotate`: a new key in place of another, with a time in which both work. */
export function keyRotationEndpoint(options: KeyEndpointsOptions): Endpoint {
  const { access, repository, now } = options;
  return {
    path: `${PATH}/{id}/rotate`,
    isPrivate: true,
    methods: {
      POST: changeOperation(
        access,
        {
          id: 'rotateKey',
          summary: 'Replace an API key by a new one',
          description:
            'The new one holds what the old one held, no longer than that; both work until the overlap ends.',
          tag: TAG,
          params: [ID_PARAMETER],
          body: rotateSchema,
          answers: {
            201: versionedAnswer('Issued.', issuedSchema.extend({ replaced: keySchema })),
            404: NOT_FOUND,
          },
        },
        async (exchange, admin) => {
          const { id = '' } = exchange.params;
          const { overlap_seconds } = await readJson(exchange.call, rotateSchema);
          // Asked for first: once the new key is made, nothing may keep it from its owner.
          const lastUse = await lastUses(options);
          const successor = newApiKey();
          const { revision: changed, outcome } = await change({
            repository,
            exchange,
            admin,
            subject: { kind: 'keys', id },
            plan(present): Plan<Rotation> {
              const old = entityOf(present, 'keys', id);
              if (old === undefined) return { edits: [], outcome: 'absent' };
              const status = statusOf(old, now());
              if (status !== 'active') return { edits: [], outcome: status };
              const renewed = successorOf(old, successor, now());
              const replaced = expiringBy(old, now() + overlap_seconds * 1_000);
              const edits = [renewed, replaced].map((key) => ({
                kind: 'keys' as const,
                id: key.id,
                after: key,
              }));
              return { edits, outcome: { renewed, replaced } };
            },
          });
          if (outcome === 'absent') throw notFound(`key ${id}`);
          if (typeof outcome === 'string') {
            const message = `this key is ${outcome}; issue a new one`;
            throw invalidInput([{ path: 'path.id', message }]);
          }
          const { renewed, replaced } = outcome;
          return versioned(
            201,
            {
              version: changed.version,
              item: keyJson(renewed, undefined, now()),
              key: successor.key,
              replaced: keyJson(replaced, lastUse(id), now()),
            },
            'Location',
            `${PATH}/${renewed.id}`,
          );
        },
      ),
    },
  };
}
