import { sql } from 'drizzle-orm';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import { z } from 'zod';
import { MIGRATIONS_TABLE, SCHEMA } from './schema';

/** Held by the one transaction that changes the tables. */
const MIGRATION_LOCK = 0x666c_6f6f_6401;

const presenceSchema = z.array(z.object({ present: z.boolean() }));
const newestSchema = z.array(z.object({ newest: z.coerce.number().nullable() }));

/**
 * Makes the tables what this release expects. Replicas may ask at once: one does it, the others wait. Where
 * it is done already nothing is written, so a role without the right to make tables will do.
 */
export async function migrateTables(db: NodePgDatabase, folder: string): Promise<void> {
  const config = {
    migrationsFolder: folder,
    migrationsSchema: SCHEMA,
    migrationsTable: MIGRATIONS_TABLE,
  };
  const newest = Math.max(...readMigrationFiles(config).map(({ folderMillis }) => folderMillis));
  if ((await newestApplied(db)) >= newest) return;
  // A lock of the session would outlive this in a pooler that gives each transaction another one. What others
  // have committed meanwhile has to be seen, whatever isolation is the database's own.
  await db.transaction(
    async (tx) => {
      await tx.execute(sql`select pg_advisory_xact_lock(${MIGRATION_LOCK})`);
      await migrate(tx, config);
    },
    { isolationLevel: 'read committed' },
  );
}

async function newestApplied(db: NodePgDatabase): Promise<number> {
  const table = sql`${sql.identifier(SCHEMA)}.${sql.identifier(MIGRATIONS_TABLE)}`;
  const presence = await db.execute(
    sql`select to_regclass(${`${SCHEMA}.${MIGRATIONS_TABLE}`}) is not null as present`,
  );
  if (presenceSchema.parse(presence.rows)[0]?.present !== true) return 0;
  const result = await db.execute(sql`select max(created_at) as newest from ${table}`);
  return newestSchema.parse(result.rows)[0]?.newest ?? 0;
}
