import type { Kysely } from 'kysely';

// biome-ignore lint/suspicious/noExplicitAny: a migration sees tables that no longer match any one type
type AnyDatabase = Kysely<any>;

export async function artifactMigration(db: AnyDatabase): Promise<void> {
  await artifacts(db);
  await labels(db);
  await tokens(db);
}

async function artifacts(db: AnyDatabase): Promise<void> {
  await db.schema
    .createTable('artifact')
    .addColumn('cid', 'text', (column) => column.primaryKey())
    .addColumn('size_bytes', 'bigint', (column) => column.notNull())
    .addColumn('created_at_ms', 'double precision', (column) => column.notNull())
    .addColumn('verified_at_ms', 'double precision', (column) => column.notNull())
    .addColumn('damaged_at_ms', 'double precision')
    .execute();
  await db.schema.createIndex('artifact_by_verification').on('artifact').column('verified_at_ms').execute();
  await db.schema
    .createTable('artifact_usage')
    .addColumn('scope', 'text', (column) => column.primaryKey())
    .addColumn('used_bytes', 'bigint', (column) => column.notNull())
    .addColumn('artifact_count', 'integer', (column) => column.notNull())
    .execute();
}

async function labels(db: AnyDatabase): Promise<void> {
  await db.schema
    .createTable('artifact_label')
    .addColumn('cid', 'text', (column) => column.notNull())
    .addColumn('guild_id', 'text', (column) => column.notNull())
    .addColumn('label', 'text', (column) => column.notNull())
    .addColumn('label_folded', 'text', (column) => column.notNull())
    .addColumn('media_type', 'text', (column) => column.notNull())
    .addColumn('source', 'text', (column) => column.notNull())
    .addColumn('created_at_ms', 'double precision', (column) => column.notNull())
    .addColumn('condemned_at_ms', 'double precision')
    .addPrimaryKeyConstraint('artifact_label_identity', ['cid', 'guild_id'])
    .execute();
  await db.schema
    .createIndex('artifact_label_by_age')
    .on('artifact_label')
    .columns(['guild_id', 'created_at_ms'])
    .execute();
}

async function tokens(db: AnyDatabase): Promise<void> {
  await db.schema
    .createTable('api_token')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('guild_id', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('secret_hash', 'text', (column) => column.notNull())
    .addColumn('created_by', 'text', (column) => column.notNull())
    .addColumn('created_at_ms', 'double precision', (column) => column.notNull())
    .addColumn('expires_at_ms', 'double precision', (column) => column.notNull())
    .addColumn('last_used_at_ms', 'double precision')
    .execute();
  await db.schema.createIndex('api_token_of_guild').on('api_token').column('guild_id').execute();
}
