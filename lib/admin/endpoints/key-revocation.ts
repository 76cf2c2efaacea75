import type { Endpoint } from '../../gateway';
import { versioned, versionedAnswer } from '../answers';
import { change, changeOperation } from '../change';
import { entityOf } from '../entity';
import { nothingSchema, readJson } from '../json-body';
import { keyJson, timestamp } from '../key';
import { NOT_FOUND } from '../operation';
import { notFound } from '../refused';
import {
  ID_PARAMETER,
  itemSchema,
  type KeyEndpointsOptions,
  lastUses,
  PATH,
  TAG,
} from './key-resource';

/** `/keys/{id}/revoke`: the end of a key. */
export function keyRevocationEndpoint(options: KeyEndpointsOptions): Endpoint {
  const { access, repository, now } = options;
  return {
    path: `${PATH}/{id}/revoke`,
    isPrivate: true,
    methods: {
      POST: changeOperation(
        access,
        {
          id: 'revokeKey',
          summary: 'Revoke an API key',
          description: 'For good: no rollback makes it valid again.',
          tag: TAG,
          params: [ID_PARAMETER],
          body: nothingSchema,
          answers: { 200: versionedAnswer('Revoked.', itemSchema), 404: NOT_FOUND },
        },
        async (exchange, admin) => {
          const { id = '' } = exchange.params;
          await readJson(exchange.call, nothingSchema);
          const lastUse = await lastUses(options);
          const subject = { kind: 'keys', id } as const;
          const { revision: changed, outcome } = await change({
            repository,
            exchange,
            admin,
            subject,
            plan(present) {
              const key = entityOf(present, 'keys', id);
              if (key === undefined) return { edits: [], outcome: undefined };
              const revoked = { ...key, revoked_at: key.revoked_at ?? timestamp(now()) };
              return { edits: [{ ...subject, after: revoked }], outcome: revoked };
            },
          });
          if (outcome === undefined) throw notFound(`key ${id}`);
          const item = keyJson(outcome, lastUse(id), now());
          return versioned(200, { version: changed.version, item });
        },
      ),
    },
  };
}
