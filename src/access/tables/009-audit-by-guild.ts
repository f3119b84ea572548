import type { Kysely } from 'kysely';

/** Indexes for listing and counting the rows of one guild; a token remembers that its maker has left. */
// biome-ignore lint/suspicious/noExplicitAny: a migration sees tables that no longer match any one type
export async function auditMigration(db: Kysely<any>): Promise<void> {
  await db.schema.createIndex('audit_by_guild').on('audit').columns(['guild_id', 'at_ms']).execute();
  await db.schema.alterTable('api_token').addColumn('orphaned_at_ms', 'double precision').execute();
}
