import { type Kysely, sql } from 'kysely';

// biome-ignore lint/suspicious/noExplicitAny: a migration sees tables that no longer match any one type
type AnyDatabase = Kysely<any>;

export async function publishingMigration(db: AnyDatabase): Promise<void> {
  await plans(db);
  await targets(db);
  await credentials(db);
  await chains(db);
}

async function plans(db: AnyDatabase): Promise<void> {
  await db.schema
    .createTable('publication_plan')
    .addColumn('publication_id', 'text', (column) => column.primaryKey())
    .addColumn('cause', 'text', (column) => column.unique())
    .addColumn('due_at_ms', 'double precision')
    .addColumn('receipts', 'text', (column) => column.notNull())
    .addColumn('revision', 'integer', (column) => column.notNull())
    .addColumn('revised_at_ms', 'double precision', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('approval')
    .addColumn('delivery_id', 'text', (column) => column.notNull())
    .addColumn('revision', 'integer', (column) => column.notNull())
    .addColumn('steps_hash', 'text', (column) => column.notNull())
    .addColumn('person', 'text', (column) => column.notNull())
    .addColumn('given_at_ms', 'double precision', (column) => column.notNull())
    .addPrimaryKeyConstraint('approval_identity', ['delivery_id', 'revision', 'steps_hash', 'person'])
    .execute();
}

async function targets(db: AnyDatabase): Promise<void> {
  await db.schema
    .createTable('target')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('guild_id', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('publisher', 'text', (column) => column.notNull())
    .addColumn('options', 'text', (column) => column.notNull())
    .addColumn('policy', 'text', (column) => column.notNull())
    .addColumn('monthly_budget_micros', 'bigint')
    .addColumn('ordered', 'integer', (column) => column.notNull())
    .addColumn('template', 'text')
    .addColumn('alert_channel_id', 'text')
    .addColumn('created_by', 'text', (column) => column.notNull())
    .addColumn('created_at_ms', 'double precision', (column) => column.notNull())
    .addColumn('removed_at_ms', 'double precision')
    .execute();
  await sql`create unique index target_name on target (guild_id, name) where removed_at_ms is null`.execute(
    db,
  );
}

async function credentials(db: AnyDatabase): Promise<void> {
  await db.schema
    .createTable('credential')
    .addColumn('target_id', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('sealed', 'text', (column) => column.notNull())
    .addColumn('set_by', 'text', (column) => column.notNull())
    .addColumn('set_at_ms', 'double precision', (column) => column.notNull())
    .addPrimaryKeyConstraint('credential_identity', ['target_id', 'name'])
    .execute();
  await db.schema
    .createTable('vault')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('sealed_key', 'text', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('connect_link')
    .addColumn('token_hash', 'text', (column) => column.primaryKey())
    .addColumn('target_id', 'text', (column) => column.notNull())
    .addColumn('guild_id', 'text', (column) => column.notNull())
    .addColumn('made_by', 'text', (column) => column.notNull())
    .addColumn('expires_at_ms', 'double precision', (column) => column.notNull())
    .addColumn('used_at_ms', 'double precision')
    .execute();
  await db.schema
    .createTable('token_lease')
    .addColumn('target_id', 'text', (column) => column.primaryKey())
    .addColumn('holder', 'text', (column) => column.notNull())
    .addColumn('until_ms', 'double precision', (column) => column.notNull())
    .execute();
}

async function chains(db: AnyDatabase): Promise<void> {
  await db.schema
    .createTable('chain')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('guild_id', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('trigger', 'text', (column) => column.notNull())
    .addColumn('content', 'text', (column) => column.notNull())
    .addColumn('links', 'text', (column) => column.notNull())
    .addColumn('created_by', 'text', (column) => column.notNull())
    .addColumn('created_at_ms', 'double precision', (column) => column.notNull())
    .addColumn('removed_at_ms', 'double precision')
    .execute();
  await sql`create unique index chain_name on chain (guild_id, name) where removed_at_ms is null`.execute(db);
  await db.schema
    .createTable('chain_run')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('chain_id', 'text', (column) => column.notNull())
    .addColumn('guild_id', 'text', (column) => column.notNull())
    .addColumn('cause', 'text', (column) => column.notNull().unique())
    .addColumn('label', 'text', (column) => column.notNull())
    .addColumn('description', 'text', (column) => column.notNull())
    .addColumn('artifacts', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('link', 'integer', (column) => column.notNull())
    .addColumn('publications', 'text', (column) => column.notNull())
    .addColumn('receipts', 'text', (column) => column.notNull())
    .addColumn('reason', 'text')
    .addColumn('started_at_ms', 'double precision', (column) => column.notNull())
    .addColumn('updated_at_ms', 'double precision', (column) => column.notNull())
    .execute();
  await db.schema
    .createIndex('chain_run_of')
    .on('chain_run')
    .columns(['chain_id', 'started_at_ms'])
    .execute();
}
