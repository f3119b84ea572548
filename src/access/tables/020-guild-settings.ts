import type { Kysely } from 'kysely';

/** As far as this step sees them, as they are at its time. */
interface Tables {
  home_guild: { guild_id: string };
  role_grant: { guild_id: string };
  api_token: { guild_id: string };
  home_choice: { id: number };
  guild_arrival: { guild_id: string; met_at_ms: number; greeted: number };
  guild_setting: { guild_id: string; members_see_library: number; set_by: string; set_at_ms: number };
  arrival_start: { id: number; was_in_use: number };
}

/**
 * What guilds decide, and which of them the hub has met. A guild that has anything in the database of before counts as
 * met and greeted, and its members don't see the library until a manager opens it: neither may change by an update. Such
 * guilds that left no trace here are recognised at the next login, for which `arrival_start` is left.
 */
export async function guildSettingsMigration(db: Kysely<Tables>): Promise<void> {
  await db.schema
    .createTable('guild_setting')
    .addColumn('guild_id', 'text', (column) => column.primaryKey())
    .addColumn('zone', 'text')
    .addColumn('who_adds', 'text')
    .addColumn('votes', 'integer')
    .addColumn('members_see_library', 'integer')
    .addColumn('on_move', 'text')
    .addColumn('leave_after_ms', 'double precision')
    .addColumn('volume_percent', 'integer')
    .addColumn('set_by', 'text', (column) => column.notNull())
    .addColumn('set_at_ms', 'double precision', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('guild_arrival')
    .addColumn('guild_id', 'text', (column) => column.primaryKey())
    .addColumn('met_at_ms', 'double precision', (column) => column.notNull())
    .addColumn('greeted', 'integer', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('arrival_start')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('was_in_use', 'integer', (column) => column.notNull())
    .execute();
  const guildIds = new Set<string>();
  for (const table of ['home_guild', 'role_grant', 'api_token'] as const)
    for (const { guild_id } of await db.selectFrom(table).select('guild_id').distinct().execute())
      guildIds.add(guild_id);
  for (const guild_id of guildIds) {
    await db.insertInto('guild_arrival').values({ guild_id, met_at_ms: 0, greeted: 1 }).execute();
    await db
      .insertInto('guild_setting')
      .values({ guild_id, members_see_library: 0, set_by: 'system:update', set_at_ms: 0 })
      .execute();
  }
  const choices = await db.selectFrom('home_choice').select('id').execute();
  const wasInUse = guildIds.size > 0 || choices.length > 0;
  await db
    .insertInto('arrival_start')
    .values({ id: 1, was_in_use: wasInUse ? 1 : 0 })
    .execute();
}
