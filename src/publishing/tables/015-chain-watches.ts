import type { Kysely } from 'kysely';

/** What chains know of the news they start on, and their runs of the event behind them. */
// biome-ignore lint/suspicious/noExplicitAny: a migration sees tables that no longer match any one type
export async function chainWatchMigration(db: Kysely<any>): Promise<void> {
  await db.schema
    .createTable('chain_watch')
    .addColumn('chain_id', 'text', (column) => column.primaryKey())
    .addColumn('guild_id', 'text', (column) => column.notNull())
    .addColumn('place', 'text', (column) => column.notNull())
    .addColumn('etag', 'text')
    .addColumn('last_modified', 'text')
    .addColumn('seen', 'text', (column) => column.notNull())
    .addColumn('next_at_ms', 'double precision')
    .addColumn('checked_at_ms', 'double precision')
    .addColumn('failure_count', 'integer', (column) => column.notNull())
    .addColumn('failed_at_ms', 'double precision')
    .addColumn('failure_code', 'text')
    .addColumn('failure_text', 'text')
    .execute();
  await db.schema.createIndex('chain_watch_by_turn').on('chain_watch').columns(['next_at_ms']).execute();
  await db.schema
    .alterTable('chain')
    .addColumn('run_count', 'integer', (column) => column.notNull().defaultTo(0))
    .execute();
  await db.schema
    .alterTable('chain_run')
    .addColumn('facts', 'text', (column) => column.notNull().defaultTo('{}'))
    .execute();
}
