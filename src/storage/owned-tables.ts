import type { Kysely, RawBuilder } from 'kysely';
import type { Migration } from './migration.ts';
import type { Schema } from './schema.ts';

/** What a service brings to storage: no other part knows its tables. */
export interface OwnedTables {
  migrations: readonly Migration[];
  guilds?: GuildRows;
  /** Files and folders in the state folder that the service makes, and only where a database has been: "node.key". */
  stateNames?: readonly string[];
}

/** Queries that return `guild_id`. */
export interface GuildRows {
  /** Guilds that have set something up. */
  inUse: readonly RawBuilder<unknown>[];
  /** Guilds for which something is still to be done. */
  withWork: readonly RawBuilder<unknown>[];
}

/** The same database as the owner of `Tables` sees it. */
export function tablesOf<Tables>(db: Kysely<Schema>): Kysely<Tables> {
  return db as Kysely<unknown> as Kysely<Tables>;
}
