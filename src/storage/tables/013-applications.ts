import type { Kysely } from 'kysely';

/**
 * The Discord applications that have a hub on this database, and that hub's id. Whether it runs is shown by a lock, not
 * by a row.
 */
// biome-ignore lint/suspicious/noExplicitAny: a migration sees tables that no longer match any one type
export async function applicationMigration(db: Kysely<any>): Promise<void> {
  await db.schema
    .createTable('hub_application')
    .addColumn('application_id', 'text', (column) => column.primaryKey())
    .addColumn('community', 'text', (column) => column.notNull())
    .addColumn('host', 'text', (column) => column.notNull())
    .addColumn('pid', 'integer', (column) => column.notNull())
    .addColumn('started_at_ms', 'double precision', (column) => column.notNull())
    .execute();
}
