import { eq, sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { readTokenHash } from '../token-hash';
import { keyUses, SCHEMA, settings } from './schema';

const TOKEN_HASH = 'admin_token_hash';
/** Rows of one statement: PostgreSQL takes 65,535 parameters. */
const ROWS_AT_ONCE = 10_000;

export async function readKeyUses(db: NodePgDatabase): Promise<Map<string, number>> {
  const rows = await db.select().from(keyUses);
  return new Map(rows.map(({ id, lastUsedAt }) => [id, lastUsedAt.getTime()]));
}

/** Earlier times than known are ignored. */
export async function writeKeyUses(
  db: NodePgDatabase,
  uses: ReadonlyMap<string, number>,
): Promise<void> {
  // In one order for all replicas, or two of them could wait for each other's rows.
  const rows = [...uses]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([id, atMs]) => ({ id, lastUsedAt: new Date(atMs) }));
  for (let from = 0; from < rows.length; from += ROWS_AT_ONCE) {
    await db
      .insert(keyUses)
      .values(rows.slice(from, from + ROWS_AT_ONCE))
      .onConflictDoUpdate({
        target: keyUses.id,
        set: { lastUsedAt: sql`greatest(${keyUses.lastUsedAt}, excluded.last_used_at)` },
      });
  }
}

/** The first proposal wins. @throws InvalidConfigurationError when something else is kept in its place */
export async function readOrKeepTokenHash(db: NodePgDatabase, proposed: string): Promise<string> {
  await db.insert(settings).values({ name: TOKEN_HASH, value: proposed }).onConflictDoNothing();
  const [row] = await db.select().from(settings).where(eq(settings.name, TOKEN_HASH));
  return readTokenHash(row?.value ?? proposed, `${SCHEMA}.settings ${TOKEN_HASH}`);
}
