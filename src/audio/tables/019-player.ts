import type { Kysely } from 'kysely';

/** The player of each guild, its queue, and what it remembers. */
export async function playerMigration(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('player')
    .addColumn('guild_id', 'text', (column) => column.primaryKey())
    .addColumn('player_id', 'text', (column) => column.notNull().unique())
    .addColumn('phase', 'text', (column) => column.notNull())
    .addColumn('loop_mode', 'text', (column) => column.notNull())
    .addColumn('resting', 'text')
    .addColumn('current_id', 'text')
    .addColumn('position_ms', 'double precision', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('player_item')
    .addColumn('guild_id', 'text', (column) => column.notNull())
    .addColumn('id', 'text', (column) => column.notNull())
    .addColumn('place', 'double precision', (column) => column.notNull())
    .addColumn('source', 'text', (column) => column.notNull())
    .addColumn('facts', 'text', (column) => column.notNull())
    .addColumn('added_by', 'text', (column) => column.notNull())
    .addColumn('added_by_name', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('player_item_identity', ['guild_id', 'id'])
    .execute();
  for (const table of ['player_favourite', 'player_recent'])
    await db.schema
      .createTable(table)
      .addColumn('guild_id', 'text', (column) => column.notNull())
      // A source may be longer than an index takes.
      .addColumn('source_hash', 'text', (column) => column.notNull())
      .addColumn('source', 'text', (column) => column.notNull())
      .addColumn('facts', 'text', (column) => column.notNull())
      .addColumn('at_ms', 'double precision', (column) => column.notNull())
      .addPrimaryKeyConstraint(`${table}_identity`, ['guild_id', 'source_hash'])
      .execute();
}
