import type { Kysely } from 'kysely';

/**
 * A seal for each row that may make something leave. The vault, which has the key, seals existing rows at its start.
 */
// biome-ignore lint/suspicious/noExplicitAny: a migration sees tables that no longer match any one type
export async function sealMigration(db: Kysely<any>): Promise<void> {
  await db.schema.alterTable('delivery').addColumn('seal', 'text').execute();
  await db.schema.alterTable('approval').addColumn('seal', 'text').execute();
}
