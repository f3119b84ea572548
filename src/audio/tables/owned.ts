import type { OwnedTables } from '#storage/owned-tables.ts';
import { consentMigration } from './008-consent.ts';

export const audioTables: OwnedTables = {
  migrations: [{ version: 8, name: 'consent to be captured', up: consentMigration }],
  stateNames: ['recordings'],
};
