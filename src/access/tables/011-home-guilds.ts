import type { Kysely } from 'kysely';

/** Home guilds belong to the community and are shared by its hubs, as trust and grants are. */
// biome-ignore lint/suspicious/noExplicitAny: a migration sees tables that no longer match any one type
export async function homeGuildMigration(db: Kysely<any>): Promise<void> {
  await db.schema
    .createTable('home_guild')
    .addColumn('guild_id', 'text', (column) => column.primaryKey())
    .addColumn('standing', 'text', (column) => column.notNull())
    .addColumn('set_by', 'text', (column) => column.notNull())
    .addColumn('set_at_ms', 'double precision', (column) => column.notNull())
    .execute();
  // At most one row.
  await db.schema
    .createTable('home_choice')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('choice', 'text', (column) => column.notNull())
    .addColumn('made_at_ms', 'double precision', (column) => column.notNull())
    .execute();
}
