import type { OwnedTables } from '#storage/owned-tables.ts';
import { namesMigration } from './010-names.ts';

export const meshTables: OwnedTables = {
  migrations: [{ version: 10, name: 'names of trusted communities', up: namesMigration }],
  stateNames: ['node.key'],
};
