import type { Kysely } from 'kysely';

/** From the time before tables had owners: trust is the mesh's now, grants are access's. */
// biome-ignore lint/suspicious/noExplicitAny: a migration sees tables that no longer match any one type
export async function startMigration(db: Kysely<any>): Promise<void> {
  await db.schema
    .createTable('action_key')
    .addColumn('key', 'text', (column) => column.primaryKey())
    .addColumn('fingerprint', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('answer', 'text')
    .addColumn('claimed_at_ms', 'double precision', (column) => column.notNull())
    .execute();
  await db.schema
    .createIndex('action_key_by_age')
    .on('action_key')
    .columns(['state', 'claimed_at_ms'])
    .execute();
  await db.schema
    .createTable('audit')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('at_ms', 'double precision', (column) => column.notNull())
    .addColumn('actor', 'text', (column) => column.notNull())
    .addColumn('guild_id', 'text')
    .addColumn('action', 'text', (column) => column.notNull())
    .addColumn('input', 'text')
    .addColumn('outcome', 'text', (column) => column.notNull())
    .addColumn('error_code', 'text')
    .execute();
  await db.schema.createIndex('audit_by_age').on('audit').columns(['at_ms']).execute();
  await db.schema
    .createTable('intent')
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('key', 'text', (column) => column.notNull())
    .addColumn('payload', 'text', (column) => column.notNull())
    .addColumn('wanted_by', 'text', (column) => column.notNull())
    .addColumn('created_at_ms', 'double precision', (column) => column.notNull())
    .addPrimaryKeyConstraint('intent_identity', ['kind', 'key'])
    .execute();
  await db.schema
    .createTable('trusted_community')
    .addColumn('peer_id', 'text', (column) => column.primaryKey())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('trusted_by', 'text', (column) => column.notNull())
    .addColumn('trusted_at_ms', 'double precision', (column) => column.notNull())
    .addColumn('addresses', 'text', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('role_grant')
    .addColumn('guild_id', 'text', (column) => column.notNull())
    .addColumn('discord_role_id', 'text', (column) => column.notNull())
    .addColumn('role', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('role_grant_identity', ['guild_id', 'discord_role_id'])
    .execute();
}
