/** The tables of all services, each brought by its owner. */
import { accessTables } from '#access/tables/owned.ts';
import { audioTables } from '#audio/tables/owned.ts';
import { meshTables } from '#mesh/tables/owned.ts';
import { publishingTables } from '#publishing/tables/owned.ts';
import { schedulingTables } from '#scheduling/tables/owned.ts';
import type { GuildRows, OwnedTables } from '#storage/owned-tables.ts';

const owned: readonly OwnedTables[] = [
  accessTables,
  audioTables,
  meshTables,
  publishingTables,
  schedulingTables,
];

/** Migrations of all services; storage adds its own. */
export const migrations = owned.flatMap((tables) => tables.migrations);

/** Files beside the database in the state folder. */
export const stateNames = owned.flatMap((tables) => tables.stateNames ?? []);

export const guildRows: GuildRows = {
  inUse: owned.flatMap(({ guilds }) => guilds?.inUse ?? []),
  withWork: owned.flatMap(({ guilds }) => guilds?.withWork ?? []),
};
