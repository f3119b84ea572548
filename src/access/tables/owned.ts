import { sql } from 'kysely';
import type { OwnedTables } from '#storage/owned-tables.ts';
import { auditMigration } from './009-audit-by-guild.ts';
import { homeGuildMigration } from './011-home-guilds.ts';
import { guildSettingsMigration } from './020-guild-settings.ts';

export const accessTables: OwnedTables = {
  migrations: [
    { version: 9, name: 'audit by guild, orphaned tokens', up: auditMigration },
    { version: 11, name: 'home guilds', up: homeGuildMigration },
    { version: 20, name: 'what guilds decide', up: guildSettingsMigration },
  ],
  guilds: {
    inUse: [sql`select guild_id from role_grant`, sql`select guild_id from api_token`],
    withWork: [sql`select guild_id from home_guild`],
  },
};
