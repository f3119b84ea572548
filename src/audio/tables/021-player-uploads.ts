import type { Kysely } from 'kysely';

/** The people who gave a player an artifact: for their quotas, and so that they find it again. */
export async function playerUploadMigration(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('player_upload')
    .addColumn('guild_id', 'text', (column) => column.notNull())
    .addColumn('cid', 'text', (column) => column.notNull())
    .addColumn('user_id', 'text', (column) => column.notNull())
    .addColumn('size_bytes', 'double precision', (column) => column.notNull())
    /** JSON */
    .addColumn('facts', 'text', (column) => column.notNull())
    .addColumn('at_ms', 'double precision', (column) => column.notNull())
    .addPrimaryKeyConstraint('player_upload_identity', ['guild_id', 'cid', 'user_id'])
    .execute();
}
