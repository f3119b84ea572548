import { type Kysely, sql } from 'kysely';

// biome-ignore lint/suspicious/noExplicitAny: a migration sees tables that no longer match any one type
export async function outboxMigration(db: Kysely<any>): Promise<void> {
  await publications(db);
  await deliveries(db);
  await journal(db);
  await targetStates(db);
}

// biome-ignore lint/suspicious/noExplicitAny: as above
async function publications(db: Kysely<any>): Promise<void> {
  await db.schema
    .createTable('publication')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('guild_id', 'text', (column) => column.notNull())
    .addColumn('created_by', 'text', (column) => column.notNull())
    .addColumn('created_at_ms', 'double precision', (column) => column.notNull())
    .addColumn('content', 'text', (column) => column.notNull())
    .execute();
}

// biome-ignore lint/suspicious/noExplicitAny: as above
async function deliveries(db: Kysely<any>): Promise<void> {
  await db.schema
    .createTable('delivery')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('publication_id', 'text', (column) => column.notNull())
    .addColumn('target_id', 'text', (column) => column.notNull())
    .addColumn('guild_id', 'text', (column) => column.notNull())
    .addColumn('publisher', 'text', (column) => column.notNull())
    .addColumn('key', 'text', (column) => column.notNull().unique())
    .addColumn('revision', 'integer', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('open', 'integer', (column) => column.notNull())
    .addColumn('due_at_ms', 'double precision')
    .addColumn('claim_at_ms', 'double precision')
    .addColumn('not_after_ms', 'double precision')
    .addColumn('order_key', 'text')
    .addColumn('created_at_ms', 'double precision', (column) => column.notNull())
    .addColumn('updated_at_ms', 'double precision', (column) => column.notNull())
    .addColumn('attempt_count', 'integer', (column) => column.notNull())
    .addColumn('crash_count', 'integer', (column) => column.notNull())
    .addColumn('fence', 'integer', (column) => column.notNull())
    .addColumn('worker', 'text')
    .addColumn('steps_hash', 'text', (column) => column.notNull())
    .addColumn('cost_micros', 'bigint', (column) => column.notNull())
    .addColumn('reserved_month', 'text')
    .addColumn('give_up_at_ms', 'double precision')
    .addColumn('error_code', 'text')
    .addColumn('error_text', 'text')
    .addColumn('receipt', 'text')
    .execute();
  await db.schema.createIndex('delivery_publication').on('delivery').column('publication_id').execute();
  await db.schema.createIndex('delivery_guild').on('delivery').columns(['guild_id', 'id']).execute();
  // Partial: the claim looks only at rows that anyone may take, however many are over.
  await sql`create index delivery_due on delivery (target_id, claim_at_ms, id) where claim_at_ms is not null`.execute(
    db,
  );
  await sql`create index delivery_in_flight on delivery (target_id) where state = 'sending'`.execute(db);
  await sql`create index delivery_needs_person on delivery (guild_id, id)
    where state = 'failed' or (state = 'unknown' and claim_at_ms is null)`.execute(db);
  await sql`create index delivery_open on delivery (guild_id, id) where open = 1`.execute(db);
  await sql`create index delivery_order on delivery (order_key, id) where order_key is not null and open = 1`.execute(
    db,
  );
  await db.schema
    .createTable('delivery_step')
    .addColumn('delivery_id', 'text', (column) => column.notNull())
    .addColumn('ordinal', 'integer', (column) => column.notNull())
    .addColumn('step_id', 'text', (column) => column.notNull())
    .addColumn('step', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('first_attempt_at_ms', 'double precision')
    .addColumn('last_attempt_at_ms', 'double precision')
    .addColumn('receipt', 'text')
    .addPrimaryKeyConstraint('delivery_step_identity', ['delivery_id', 'step_id'])
    .execute();
}

// biome-ignore lint/suspicious/noExplicitAny: as above
async function journal(db: Kysely<any>): Promise<void> {
  await db.schema
    .createTable('delivery_attempt')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('delivery_id', 'text', (column) => column.notNull())
    .addColumn('step_id', 'text', (column) => column.notNull())
    .addColumn('fence', 'integer', (column) => column.notNull())
    .addColumn('worker', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('at_ms', 'double precision', (column) => column.notNull())
    .addColumn('outcome', 'text')
    .addColumn('detail', 'text')
    .execute();
  await db.schema.createIndex('delivery_attempt_by_age').on('delivery_attempt').column('at_ms').execute();
  await db.schema.createIndex('delivery_attempt_of').on('delivery_attempt').column('delivery_id').execute();
}

// biome-ignore lint/suspicious/noExplicitAny: as above
async function targetStates(db: Kysely<any>): Promise<void> {
  await db.schema
    .createTable('target_lane')
    .addColumn('target_id', 'text', (column) => column.primaryKey())
    .addColumn('in_flight_max', 'integer', (column) => column.notNull())
    .addColumn('spacing_ms', 'double precision', (column) => column.notNull())
    .addColumn('free_at_ms', 'double precision', (column) => column.notNull())
    .addColumn('served_at_ms', 'double precision', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('target_pause')
    .addColumn('target_id', 'text', (column) => column.primaryKey())
    .addColumn('until_ms', 'double precision')
    .addColumn('reason', 'text', (column) => column.notNull())
    .addColumn('detail', 'text', (column) => column.notNull())
    .addColumn('since_ms', 'double precision', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('target_spend')
    .addColumn('target_id', 'text', (column) => column.notNull())
    .addColumn('month', 'text', (column) => column.notNull())
    .addColumn('spent_micros', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('target_spend_identity', ['target_id', 'month'])
    .execute();
}
