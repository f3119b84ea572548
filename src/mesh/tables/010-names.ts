import type { Kysely } from 'kysely';

// biome-ignore lint/suspicious/noExplicitAny: a migration sees tables that no longer match any one type
export async function namesMigration(db: Kysely<any>): Promise<void> {
  await db.schema
    .createTable('trusted_name')
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('peer_id', 'text', (column) => column.notNull())
    .addColumn('trusted_at_ms', 'double precision', (column) => column.notNull())
    .addPrimaryKeyConstraint('trusted_name_identity', ['name', 'peer_id'])
    .execute();
  const trusted = await db
    .selectFrom('trusted_community')
    .select(['name', 'peer_id', 'trusted_at_ms'])
    .execute();
  for (const row of trusted)
    await db
      .insertInto('trusted_name')
      .values({ ...row, name: row.name.toLowerCase() })
      .onConflict((conflict) => conflict.columns(['name', 'peer_id']).doNothing())
      .execute();
}
