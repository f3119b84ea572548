import type { Kysely } from 'kysely';
import { createGrantStore } from '#access/tables/grant-store.ts';
import { createHomeGuildStore as createHomeGuildStoreOver } from '#access/tables/home-guild-store.ts';
import type { Schema as AccessSchema } from '#access/tables/schema.ts';
import { createTokenStore } from '#access/tables/token-store.ts';
import { createConsentStore } from '#audio/tables/consent-store.ts';
import type { Schema as AudioSchema } from '#audio/tables/schema.ts';
import type { Schema as MeshSchema } from '#mesh/tables/schema.ts';
import { createTrustStore } from '#mesh/tables/trust-store.ts';
import type { Schema as PublishingSchema } from '#publishing/tables/schema.ts';
import { createPlannedArtifacts } from '#scheduling/planned-artifacts.ts';
import type { Schema as SchedulingSchema } from '#scheduling/tables/schema.ts';
import {
  createDatabase as createOwnDatabase,
  type DatabaseComponents,
  type DatabasePlace,
  prepareDatabase as prepareWith,
} from '#storage/database.ts';
import { inOrder, type Migration } from '#storage/migration.ts';
import { tablesOf } from '#storage/owned-tables.ts';
import type { Schema as StorageSchema } from '#storage/schema.ts';
import type { Storage } from '#storage/storage.ts';
import { storageTables } from '#storage/tables/owned.ts';
import { guildRows, migrations as ofServices, stateNames } from '../../src/tables.ts';

export type { Migration };
export { stateNames };

/** The tables of all owners, for tests that look at what is stored. */
export interface Schema
  extends StorageSchema,
    PublishingSchema,
    AccessSchema,
    AudioSchema,
    MeshSchema,
    SchedulingSchema {}

/** As a hub runs them. */
export const migrations = inOrder([...storageTables.migrations, ...ofServices]);

/** For a `Storage`, which adds its own. */
export const serviceMigrations = ofServices;

export function createDatabase(place: DatabasePlace): Kysely<Schema> {
  return tablesOf<Schema>(createOwnDatabase(place));
}

/** Without `migrations`: up to today's version. */
export function prepareDatabase(
  components: DatabaseComponents,
  db: Kysely<Schema>,
  init: DatabasePlace & { migrations?: readonly Migration[] },
): Promise<void> {
  return prepareWith(components, db, { migrations, ...init });
}

export function createHomeGuildStore(db: Kysely<Schema>) {
  return createHomeGuildStoreOver(db, guildRows);
}

/** What services keep in a hub's storage. */
export function storesOf(storage: Pick<Storage, 'db'>) {
  const db = tablesOf<Schema>(storage.db);
  return {
    db,
    grants: createGrantStore(db),
    trust: createTrustStore(db),
    consents: createConsentStore(db),
    tokens: createTokenStore(db),
    plannedArtifacts: createPlannedArtifacts(db),
  };
}
