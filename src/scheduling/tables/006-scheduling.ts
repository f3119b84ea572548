import type { Kysely } from 'kysely';

// biome-ignore lint/suspicious/noExplicitAny: a migration sees tables that no longer match any one type
type AnyDatabase = Kysely<any>;

export async function schedulingMigration(db: AnyDatabase): Promise<void> {
  await schedules(db);
  await slots(db);
  await missedRuns(db);
  await milestones(db);
  await milestonePosts(db);
}

async function schedules(db: AnyDatabase): Promise<void> {
  await db.schema
    .createTable('schedule')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('guild_id', 'text', (column) => column.notNull())
    .addColumn('title', 'text', (column) => column.notNull())
    .addColumn('created_by', 'text', (column) => column.notNull())
    .addColumn('created_at_ms', 'double precision', (column) => column.notNull())
    .addColumn('rule', 'text', (column) => column.notNull())
    .addColumn('expression', 'text', (column) => column.notNull())
    .addColumn('zone', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('content', 'text', (column) => column.notNull())
    .addColumn('targets', 'text', (column) => column.notNull())
    .addColumn('policy', 'text', (column) => column.notNull())
    .addColumn('grace_ms', 'double precision', (column) => column.notNull())
    .addColumn('jitter_ms', 'double precision', (column) => column.notNull())
    .addColumn('paused', 'integer', (column) => column.notNull())
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('after_ms', 'double precision', (column) => column.notNull())
    .addColumn('next_slot_ms', 'double precision')
    .addColumn('next_at_ms', 'double precision')
    .addColumn('digest_from_ms', 'double precision')
    .execute();
  await db.schema.createIndex('schedule_guild').on('schedule').column('guild_id').execute();
  await db.schema.createIndex('schedule_due').on('schedule').columns(['paused', 'next_at_ms']).execute();
}

async function slots(db: AnyDatabase): Promise<void> {
  await db.schema
    .createTable('schedule_slot')
    .addColumn('schedule_id', 'text', (column) => column.notNull())
    .addColumn('slot_ms', 'bigint', (column) => column.notNull())
    .addColumn('guild_id', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('content', 'text', (column) => column.notNull())
    .addColumn('targets', 'text', (column) => column.notNull())
    .addColumn('ordered_by', 'text', (column) => column.notNull())
    .addColumn('due_at_ms', 'double precision', (column) => column.notNull())
    .addColumn('act_at_ms', 'double precision')
    .addColumn('attempt_count', 'integer', (column) => column.notNull())
    .addColumn('publication_id', 'text')
    .addColumn('error', 'text')
    .addColumn('recorded_at_ms', 'double precision', (column) => column.notNull())
    .addPrimaryKeyConstraint('schedule_slot_identity', ['schedule_id', 'slot_ms'])
    .execute();
  await db.schema.createIndex('schedule_slot_act').on('schedule_slot').column('act_at_ms').execute();
  await db.schema
    .createTable('target_spacing')
    .addColumn('guild_id', 'text', (column) => column.notNull())
    .addColumn('target', 'text', (column) => column.notNull())
    .addColumn('due_at_ms', 'double precision', (column) => column.notNull())
    .addPrimaryKeyConstraint('target_spacing_identity', ['guild_id', 'target'])
    .execute();
}

async function missedRuns(db: AnyDatabase): Promise<void> {
  await db.schema
    .createTable('missed_run')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('guild_id', 'text', (column) => column.notNull())
    .addColumn('source_id', 'text', (column) => column.notNull())
    .addColumn('title', 'text', (column) => column.notNull())
    .addColumn('missed_count', 'integer', (column) => column.notNull())
    .addColumn('first_ms', 'double precision', (column) => column.notNull())
    .addColumn('last_ms', 'double precision', (column) => column.notNull())
    .addColumn('reason', 'text', (column) => column.notNull())
    .addColumn('detail', 'text')
    .addColumn('recorded_at_ms', 'double precision', (column) => column.notNull())
    .addColumn('told', 'integer', (column) => column.notNull())
    .execute();
  await db.schema.createIndex('missed_run_source').on('missed_run').columns(['source_id', 'id']).execute();
  await db.schema.createIndex('missed_run_told').on('missed_run').column('told').execute();
}

async function milestones(db: AnyDatabase): Promise<void> {
  await db.schema
    .createTable('milestone')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('guild_id', 'text', (column) => column.notNull())
    .addColumn('title', 'text', (column) => column.notNull())
    .addColumn('description', 'text', (column) => column.notNull())
    .addColumn('created_by', 'text', (column) => column.notNull())
    .addColumn('created_at_ms', 'double precision', (column) => column.notNull())
    .addColumn('local', 'text', (column) => column.notNull())
    .addColumn('zone', 'text', (column) => column.notNull())
    .addColumn('at_ms', 'double precision', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('progress_percent', 'double precision', (column) => column.notNull())
    .addColumn('artifacts', 'text', (column) => column.notNull())
    .addColumn('targets', 'text', (column) => column.notNull())
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('settled_at_ms', 'double precision')
    .addColumn('reached_untold', 'integer', (column) => column.notNull())
    .execute();
  await db.schema
    .createIndex('milestone_guild')
    .on('milestone')
    .columns(['guild_id', 'state', 'at_ms'])
    .execute();
}

async function milestonePosts(db: AnyDatabase): Promise<void> {
  await db.schema
    .createTable('milestone_post')
    .addColumn('milestone_id', 'text', (column) => column.notNull())
    .addColumn('offset', 'text', (column) => column.notNull())
    .addColumn('guild_id', 'text', (column) => column.notNull())
    .addColumn('at_ms', 'double precision')
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('act_at_ms', 'double precision')
    .addColumn('attempt_count', 'integer', (column) => column.notNull())
    .addColumn('revision', 'integer', (column) => column.notNull())
    .addColumn('aim', 'text', (column) => column.notNull())
    .addColumn('publication_id', 'text')
    .addColumn('content', 'text')
    .addColumn('targets', 'text', (column) => column.notNull())
    .addColumn('reached_targets', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('milestone_post_identity', ['milestone_id', 'offset'])
    .execute();
  await db.schema.createIndex('milestone_post_act').on('milestone_post').column('act_at_ms').execute();
}
