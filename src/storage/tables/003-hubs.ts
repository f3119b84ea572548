import { type Kysely, sql } from 'kysely';

/**
 * Rows that belong to one hub get its id in their key: what it keeps running, and its requests in progress. Trust,
 * grants, audit and the outbox belong to the community and are shared by its hubs.
 */
// biome-ignore lint/suspicious/noExplicitAny: a migration sees tables that no longer match any one type
export async function hubsMigration(db: Kysely<any>): Promise<void> {
  await db.schema
    .alterTable('action_key')
    .addColumn('hub', 'text', (column) => column.notNull().defaultTo(''))
    .execute();
  // SQLite can't change a primary key in place.
  await db.schema.alterTable('intent').renameTo('intent_of_one_hub').execute();
  await db.schema
    .createTable('intent')
    .addColumn('hub', 'text', (column) => column.notNull().defaultTo(''))
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('key', 'text', (column) => column.notNull())
    .addColumn('payload', 'text', (column) => column.notNull())
    .addColumn('wanted_by', 'text', (column) => column.notNull())
    .addColumn('created_at_ms', 'double precision', (column) => column.notNull())
    .addPrimaryKeyConstraint('intent_identity_by_hub', ['hub', 'kind', 'key'])
    .execute();
  await sql`
    insert into intent (kind, key, payload, wanted_by, created_at_ms)
    select kind, key, payload, wanted_by, created_at_ms from intent_of_one_hub`.execute(db);
  await db.schema.dropTable('intent_of_one_hub').execute();
}
