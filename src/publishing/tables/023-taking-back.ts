import type { Kysely } from 'kysely';

/** Which delivery's result a delivery takes back. None has taken back any before. */
export async function takingBackMigration(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('delivery').addColumn('takes_back', 'text').execute();
}
