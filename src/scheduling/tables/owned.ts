import { sql } from 'kysely';
import type { OwnedTables } from '#storage/owned-tables.ts';
import { schedulingMigration } from './006-scheduling.ts';
import { runNumberMigration } from './017-run-numbers.ts';

export const schedulingTables: OwnedTables = {
  migrations: [
    { version: 6, name: 'schedules and milestones', up: schedulingMigration },
    { version: 17, name: 'numbers of scheduled runs', up: runNumberMigration },
  ],
  guilds: {
    inUse: [sql`select guild_id from schedule`],
    withWork: [
      sql`select guild_id from schedule`,
      sql`select guild_id from schedule_slot where act_at_ms is not null`,
      sql`select guild_id from milestone`,
      sql`select guild_id from missed_run`,
    ],
  },
};
