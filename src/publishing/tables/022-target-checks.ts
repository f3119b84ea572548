import type { Kysely } from 'kysely';

/** What each target's platform said when it was last asked. A target without a row counts as not checked. */
export async function targetCheckMigration(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('target_check')
    .addColumn('target_id', 'text', (column) => column.primaryKey())
    .addColumn('subject', 'text', (column) => column.notNull())
    .addColumn('problems', 'text', (column) => column.notNull())
    .addColumn('checked_at_ms', 'double precision', (column) => column.notNull())
    .execute();
}
