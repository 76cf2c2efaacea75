import { bigint, jsonb, pgSchema, text, timestamp } from 'drizzle-orm/pg-core';
import type { Kind } from '../model';

/** Everything is in a schema of its own, so that a database can be shared. */
export const SCHEMA = 'floodgate';
/** Where drizzle notes which migrations were applied. */
export const MIGRATIONS_TABLE = 'migrations';

const floodgate = pgSchema(SCHEMA);

function entityTable<Name extends Kind, Id extends 'name' | 'id'>(name: Name, id: Id) {
  return floodgate.table(name, {
    id: text(id).primaryKey(),
    definition: jsonb('definition').notNull(),
    /** The version that made it so. */
    version: bigint('version', { mode: 'number' }).notNull(),
  });
}

export type EntityTable = ReturnType<typeof entityTable>;

/** One table for each kind of entity. */
export const entityTables = {
  policies: entityTable('policies', 'name'),
  tiers: entityTable('tiers', 'name'),
  clients: entityTable('clients', 'name'),
  keys: entityTable('keys', 'id'),
  routes: entityTable('routes', 'name'),
  upstreams: entityTable('upstreams', 'name'),
};

export const versions = floodgate.table('versions', {
  version: bigint('version', { mode: 'number' }).primaryKey(),
  at: timestamp('at', { withTimezone: true, mode: 'date' }).notNull(),
  author: text('author').notNull(),
  comment: text('comment').notNull(),
  changes: jsonb('changes').notNull(),
});

export const keyUses = floodgate.table('key_uses', {
  id: text('id').primaryKey(),
  lastUsedAt: timestamp('last_used_at', { withTimezone: true, mode: 'date' }).notNull(),
});

export const settings = floodgate.table('settings', {
  name: text('name').primaryKey(),
  value: text('value').notNull(),
});
