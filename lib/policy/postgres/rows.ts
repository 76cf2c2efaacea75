import { asc, desc, getTableColumns, gte, inArray, lt, sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { z } from 'zod';
import type { Change, Revision, VersionRecord } from '../change';
import { toPath } from '../faults';
import { configurationSchema, idOf, type Kind, kinds } from '../model';
import { recordSchema } from '../records';
import { InvalidConfigurationError } from '../repository';
import { type EntityTable, entityTables, versions } from './schema';

/** Rows of one statement: PostgreSQL takes 65,535 parameters. */
const ROWS_AT_ONCE = 1_000;

/** A version's number and time, which no other history has together. */
export interface Head {
  readonly version: number;
  /** RFC 3339, UTC. */
  readonly at: string;
}

/** The newest version; undefined: there is none yet. */
export async function readHead(db: NodePgDatabase): Promise<Head | undefined> {
  const { version, at } = versions;
  const [row] = await db.select({ version, at }).from(versions).orderBy(desc(version)).limit(1);
  return row && { version: row.version, at: row.at.toISOString() };
}

/** Every version from this one on, oldest first. */
export async function readRecordsFrom(
  db: NodePgDatabase,
  version: number,
): Promise<VersionRecord[]> {
  const rows = await db
    .select()
    .from(versions)
    .where(gte(versions.version, version))
    .orderBy(asc(versions.version));
  return rows.map(toRecord);
}

/** @param before only versions below; undefined: from the newest */
export async function readPage(
  db: NodePgDatabase,
  before: number | undefined,
  limit: number,
): Promise<VersionRecord[]> {
  const rows = await db
    .select()
    .from(versions)
    .where(before === undefined ? undefined : lt(versions.version, before))
    .orderBy(desc(versions.version))
    .limit(limit);
  return rows.map(toRecord);
}

/**
 * Everything, as of one moment; undefined before the first version.
 * @param db a transaction that sees one state throughout, or holds the commit lock
 * @throws InvalidConfigurationError
 */
export async function readRevision(
  db: NodePgDatabase,
): Promise<{ readonly revision: Revision; readonly head: Head } | undefined> {
  const head = await readHead(db);
  if (head === undefined) return undefined;
  const written: Record<string, unknown[]> = {};
  for (const kind of kinds) {
    const table = tableOf(kind);
    const rows = await db
      .select({ definition: table.definition })
      .from(table)
      .orderBy(asc(table.id));
    written[kind] = rows.map(({ definition }) => definition);
  }
  const configuration = parse(configurationSchema, written);
  return { revision: { version: head.version, configuration }, head };
}

/** Writes a version and what it changes. */
export async function writeRecord(db: NodePgDatabase, record: VersionRecord): Promise<void> {
  const { version, at, author, comment, changes } = record;
  await db.insert(versions).values({ version, at: new Date(at), author, comment, changes });
  for (const kind of kinds) {
    const ofKind = changes.filter((change) => change.kind === kind);
    for (let from = 0; from < ofKind.length; from += ROWS_AT_ONCE) {
      await writeChanges(db, tableOf(kind), version, ofKind.slice(from, from + ROWS_AT_ONCE));
    }
  }
}

async function writeChanges(
  db: NodePgDatabase,
  table: EntityTable,
  version: number,
  changes: readonly Change[],
): Promise<void> {
  const rows = changes.flatMap(({ after }) =>
    after === null ? [] : [{ id: idOf(after), definition: after, version }],
  );
  const gone = changes.filter(({ after }) => after === null).map(({ id }) => id);
  if (gone.length > 0) await db.delete(table).where(inArray(table.id, gone));
  if (rows.length === 0) return;
  const { definition, version: versionColumn } = getTableColumns(table);
  await db
    .insert(table)
    .values(rows)
    .onConflictDoUpdate({
      target: table.id,
      set: {
        definition: sql`excluded.${sql.identifier(definition.name)}`,
        version: sql`excluded.${sql.identifier(versionColumn.name)}`,
      },
    });
}

/** @throws InvalidConfigurationError */
function toRecord(row: typeof versions.$inferSelect): VersionRecord {
  return parse(recordSchema, { ...row, at: row.at.toISOString() });
}

function parse<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new InvalidConfigurationError(
    result.error.issues.map(({ path, message }) => ({ path: toPath(path), message })),
  );
}

function tableOf(kind: Kind): EntityTable {
  return entityTables[kind] as unknown as EntityTable;
}
