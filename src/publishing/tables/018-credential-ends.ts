import type { Kysely } from 'kysely';

/** When the credential of a target ends, as its platform said; unknown before it is asked. */
// biome-ignore lint/suspicious/noExplicitAny: a migration sees tables that no longer match any one type
export async function credentialEndMigration(db: Kysely<any>): Promise<void> {
  await db.schema
    .createTable('credential_end')
    .addColumn('target_id', 'text', (column) => column.primaryKey())
    .addColumn('ends_at_ms', 'double precision')
    .addColumn('said_at_ms', 'double precision')
    .addColumn('asked_at_ms', 'double precision', (column) => column.notNull())
    .execute();
}
