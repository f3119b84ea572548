import type { Kysely } from 'kysely';

// biome-ignore lint/suspicious/noExplicitAny: a migration sees tables that no longer match any one type
export async function consentMigration(db: Kysely<any>): Promise<void> {
  await db.schema
    .createTable('capture_rule')
    .addColumn('guild_id', 'text', (column) => column.primaryKey())
    .addColumn('rule', 'text', (column) => column.notNull())
    .addColumn('set_at_ms', 'double precision', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('capture_consent')
    .addColumn('guild_id', 'text', (column) => column.notNull())
    .addColumn('user_id', 'text', (column) => column.notNull())
    .addColumn('choice', 'text', (column) => column.notNull())
    .addColumn('chosen_at_ms', 'double precision', (column) => column.notNull())
    .addPrimaryKeyConstraint('capture_consent_identity', ['guild_id', 'user_id'])
    .execute();
}
