import { z } from 'zod';
import { type Endpoint, jsonAnswer } from '../../gateway';
import { json } from '../../http';
import {
  type ConfigurationFault,
  entitySchemas,
  InvalidConfigurationError,
  prepareCommit,
  type Revision,
} from '../../policy';
import type { AdminAccess } from '../access';
import { DEFAULT_AUTHOR } from '../author';
import { type NamedKind, namedKinds } from '../entity';
import { faultsOf } from '../faults';
import { readJson } from '../json-body';
import { ADMIN_PATH, unsafeOperation } from '../operation';

const draftSchema = z.strictObject({
  kind: z.enum(namedKinds),
  entity: z.record(z.string(), z.unknown()),
});

const validationSchema = z
  .object({
    valid: z.boolean(),
    /** With paths like `limits[0].quota`. */
    errors: z.array(z.object({ path: z.string(), message: z.string() })),
    /** With its defaults; null when it is not valid. */
    entity: z.record(z.string(), z.unknown()).nullable(),
  })
  .meta({ id: 'Validation' });

export type Validation = z.output<typeof validationSchema>;

/** `/validate`: whether an entity could be saved, without saving it. */
export function validateEndpoint(access: AdminAccess, revision: () => Revision): Endpoint {
  return {
    path: `${ADMIN_PATH}/validate`,
    isPrivate: true,
    methods: {
      POST: unsafeOperation(
        access,
        {
          id: 'validate',
          summary: 'Tell whether something could be saved',
          description: 'Changes nothing.',
          tag: 'Configuration',
          body: draftSchema,
          answers: { 200: jsonAnswer('What was found.', validationSchema) },
        },
        async ({ call }) => {
          const { kind, entity } = await readJson(call, draftSchema);
          return json(200, validate(revision(), kind, entity));
        },
      ),
    },
  };
}

function validate(present: Revision, kind: NamedKind, draft: unknown): Validation {
  const result = entitySchemas[kind].safeParse(draft);
  if (!result.success) return invalid(faultsOf(result.error));
  const entity = result.data;
  const commit = {
    author: DEFAULT_AUTHOR,
    comment: '',
    edits: () => [{ kind, id: entity.name, after: entity }],
  };
  try {
    prepareCommit({ present, recordsSince: [], commit, at: new Date().toISOString() });
    return { valid: true, errors: [], entity: { ...entity } };
  } catch (error) {
    if (error instanceof InvalidConfigurationError) return invalid(error.faults);
    throw error;
  }
}

function invalid(faults: readonly ConfigurationFault[]): Validation {
  return { valid: false, errors: [...faults], entity: null };
}
