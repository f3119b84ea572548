import type { Kysely } from 'kysely';

/** Requests of webhooks that were handled already. */
// biome-ignore lint/suspicious/noExplicitAny: a migration sees tables that no longer match any one type
export async function hookMigration(db: Kysely<any>): Promise<void> {
  await db.schema
    .createTable('hook_delivery')
    .addColumn('chain_id', 'text', (column) => column.notNull())
    .addColumn('delivery_id', 'text', (column) => column.notNull())
    .addColumn('at_ms', 'double precision', (column) => column.notNull())
    .addPrimaryKeyConstraint('hook_delivery_identity', ['chain_id', 'delivery_id'])
    .execute();
}
