import { z } from 'zod';
import type { Change, Revision, VersionRecord } from './change';
import { changeOf, diff, EMPTY_CONFIGURATION } from './changes';
import {
  type Configuration,
  type Entities,
  type Entity,
  entitySchemas,
  type Kind,
  kinds,
} from './model';
import type { HistoryPage } from './repository';

/** Who made what Floodgate itself wrote. */
export const OWN_AUTHOR = 'floodgate';

const LONGEST_PAGE = 200;

function changeSchemaOf<K extends Kind>(kind: K): z.ZodType<Change> {
  const entity: z.ZodType<Entities[K]> = entitySchemas[kind];
  return z
    .object({
      kind: z.literal(kind),
      id: z.string(),
      before: entity.nullable(),
      after: entity.nullable(),
    })
    .transform(({ id, before, after }) =>
      changeOf(kind, id, before as Entity | null, after as Entity | null),
    );
}

const changeSchemas = Object.fromEntries(
  kinds.map((kind) => [kind, changeSchemaOf(kind)]),
) as Record<Kind, z.ZodType<Change>>;

const kindSchema = z.looseObject({ kind: z.enum(kinds as [Kind, ...Kind[]]) });

/** A change as it was written down. */
export const changesSchema = z.array(
  kindSchema.transform((written, context): Change => {
    const result = changeSchemas[written.kind].safeParse(written);
    if (result.success) return result.data;
    for (const { path, message } of result.error.issues) {
      context.addIssue({ code: 'custom', path: [...path], message });
    }
    return z.NEVER;
  }),
);

/** A version as it was written down. */
export const recordSchema = z.object({
  version: z.int().min(1),
  at: z.iso.datetime(),
  author: z.string(),
  comment: z.string(),
  changes: changesSchema,
});

/** The first version there is. */
export function firstRecord(
  configuration: Configuration,
  { author, comment, at }: { author: string; comment: string; at: string },
): { revision: Revision; record: VersionRecord } {
  return {
    revision: { version: 1, configuration },
    record: { version: 1, at, author, comment, changes: diff(EMPTY_CONFIGURATION, configuration) },
  };
}

/** @param records oldest first */
export function pageOf(records: readonly VersionRecord[], page: HistoryPage): VersionRecord[] {
  const { before = Number.POSITIVE_INFINITY } = page;
  return records
    .filter(({ version }) => version < before)
    .slice(-pageLimit(page))
    .reverse();
}

export function pageLimit({ limit }: HistoryPage): number {
  return Math.max(1, Math.min(LONGEST_PAGE, Math.trunc(limit)));
}
