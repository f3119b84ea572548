import { sql } from 'kysely';
import type { OwnedTables } from '#storage/owned-tables.ts';
import { consentMigration } from './008-consent.ts';
import { playerMigration } from './019-player.ts';
import { playerUploadMigration } from './021-player-uploads.ts';

export const audioTables: OwnedTables = {
  migrations: [
    { version: 8, name: 'consent to be captured', up: consentMigration },
    { version: 19, name: 'players and their queues', up: playerMigration },
    { version: 21, name: 'uploads to players', up: playerUploadMigration },
  ],
  guilds: { inUse: [sql`select guild_id from player`], withWork: [] },
  stateNames: ['recordings', 'decoded', 'covers', 'player-uploads'],
};
