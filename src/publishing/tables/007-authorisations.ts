import type { Kysely } from 'kysely';

/** Grants for which somebody was sent to a platform, until they come back. */
// biome-ignore lint/suspicious/noExplicitAny: a migration sees tables that no longer match any one type
export async function authorisationMigration(db: Kysely<any>): Promise<void> {
  await db.schema
    .createTable('authorisation')
    .addColumn('state_hash', 'text', (column) => column.primaryKey())
    .addColumn('link_hash', 'text', (column) => column.notNull())
    .addColumn('target_id', 'text', (column) => column.notNull())
    .addColumn('browser_hash', 'text', (column) => column.notNull())
    .addColumn('verifier', 'text', (column) => column.notNull())
    .addColumn('redirect_url', 'text', (column) => column.notNull())
    .addColumn('started_by', 'text', (column) => column.notNull())
    .addColumn('expires_at_ms', 'double precision', (column) => column.notNull())
    .addColumn('used_at_ms', 'double precision')
    .execute();
}
