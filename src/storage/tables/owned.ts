import type { OwnedTables } from '../owned-tables.ts';
import { startMigration } from './001-start.ts';
import { hubsMigration } from './003-hubs.ts';
import { applicationMigration } from './013-applications.ts';

export const storageTables: OwnedTables = {
  migrations: [
    { version: 1, name: 'actions, audit, intents, trust, grants', up: startMigration },
    { version: 3, name: 'several hubs on one database', up: hubsMigration },
    { version: 13, name: 'applications on this database', up: applicationMigration },
  ],
  // `hub.id` shows that the database was in Postgres.
  stateNames: ['cache.db', 'hub.id', 'backups'],
};
