import type { Kysely } from 'kysely';

/** What needs a person from now on; earlier failures are shown by `/deliveries`, as before. */
// biome-ignore lint/suspicious/noExplicitAny: a migration sees tables that no longer match any one type
export async function alertMigration(db: Kysely<any>): Promise<void> {
  await db.schema
    .createTable('alert_item')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('guild_id', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('topic', 'text', (column) => column.notNull())
    .addColumn('delivery_id', 'text')
    .addColumn('text', 'text')
    .addColumn('at_ms', 'double precision', (column) => column.notNull())
    .addColumn('card_id', 'text')
    .execute();
  await db.schema.createIndex('alert_item_by_card').on('alert_item').columns(['card_id', 'at_ms']).execute();
  await db.schema.createIndex('alert_item_by_delivery').on('alert_item').columns(['delivery_id']).execute();
  await db.schema
    .createTable('alert_card')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('guild_id', 'text', (column) => column.notNull())
    .addColumn('channel_id', 'text', (column) => column.notNull())
    .addColumn('topic', 'text', (column) => column.notNull())
    .addColumn('opened_at_ms', 'double precision', (column) => column.notNull())
    .addColumn('message_id', 'text')
    .addColumn('instead_of', 'text')
    .execute();
  await db.schema
    .createIndex('alert_card_by_guild')
    .on('alert_card')
    .columns(['guild_id', 'opened_at_ms'])
    .execute();
  await db.schema
    .createTable('alert_channel')
    .addColumn('guild_id', 'text', (column) => column.primaryKey())
    .addColumn('channel_id', 'text', (column) => column.notNull())
    .addColumn('set_by', 'text', (column) => column.notNull())
    .addColumn('set_at_ms', 'double precision', (column) => column.notNull())
    .addColumn('fallback_told', 'integer', (column) => column.notNull())
    .execute();
}
