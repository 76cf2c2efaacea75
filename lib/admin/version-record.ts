import { z } from 'zod';
import { type Change, type Entity, kinds, type VersionRecord } from '../policy';

/** An entity of any kind, as it was written. */
export const entityJsonSchema = z.record(z.string(), z.unknown()).nullable();

export const changeSchema = z.object({
  kind: z.enum(kinds),
  /** Its name; a key's id. */
  id: z.string(),
  /** Null: it was made. */
  before: entityJsonSchema,
  /** Null: it was removed. */
  after: entityJsonSchema,
});

export const versionRecordSchema = z.object({
  version: z.int(),
  at: z.iso.datetime(),
  author: z.string(),
  comment: z.string(),
  changes: z.array(changeSchema),
});

/** What came of a change of many entities. */
export const changedSchema = z.object({ version: z.int(), changes: z.array(changeSchema) });

/** A change as it is told: keys without their hashes. */
export type ChangeJson = z.output<typeof changeSchema>;
/** One version in the history, as it is told. */
export type VersionRecordJson = z.output<typeof versionRecordSchema>;

export function changeJson({ kind, id, before, after }: Change): ChangeJson {
  return { kind, id, before: entityJson(before), after: entityJson(after) };
}

export function versionRecordJson({ changes, ...record }: VersionRecord): VersionRecordJson {
  return { ...record, changes: changes.map(changeJson) };
}

/** An entity as it is told: a key without its hash. */
export function entityJson(entity: Entity | null): z.output<typeof entityJsonSchema> {
  if (entity === null || !('hash' in entity)) return entity;
  const { hash: _, ...shown } = entity;
  return shown;
}
