import { dirname } from 'node:path';
import { Kysely, PostgresDialect, sql } from 'kysely';
import type { Clock } from '#core/clock.ts';
import type { Logger } from '#core/logger.ts';
import type { Secret } from '#core/secret.ts';
import { storageErrors } from './errors.ts';
import { makePrivateDatabase } from './files/private-file.ts';
import { migrate } from './migrate.ts';
import type { Migration } from './migration.ts';
import { NodeSqliteDialect } from './node-sqlite-dialect.ts';
import { preparePostgres } from './postgres/prepare-postgres.ts';
import type { Schema } from './schema.ts';
import { inStateFolder } from './state-refusal.ts';

export interface DatabaseComponents {
  clock: Clock;
  logger: Logger;
}

export type DatabaseInit = { migrations: readonly Migration[] } & DatabasePlace;

/** One file, or one Postgres database. */
export type DatabasePlace = { file: string; postgresUrl?: undefined } | { postgresUrl: Secret };

export type Engine = 'sqlite' | 'postgres';

export function engineOf(place: DatabasePlace): Engine {
  return place.postgresUrl ? 'postgres' : 'sqlite';
}

/** A committed transaction is on the disk: it survives SIGKILL and power loss. */
const pragmas = [
  'journal_mode = wal',
  'synchronous = full',
  'foreign_keys = on',
  'trusted_schema = off',
  // After a burst the write-ahead log shrinks to this size.
  `journal_size_limit = ${16 * 1024 * 1024}`,
];

/**
 * The one place that knows the engine: everything above sees Kysely and portable statements. Nothing is opened
 * before the first query, so it may be constructed without I/O.
 */
export function createDatabase(init: DatabasePlace): Kysely<Schema> {
  const { postgresUrl } = init;
  if (postgresUrl)
    return new Kysely<Schema>({
      dialect: new PostgresDialect({
        pool: async () => {
          const { TranslatingPool } = await import('./postgres/pool.ts');
          return new TranslatingPool({ url: postgresUrl });
        },
      }),
    });
  return new Kysely<Schema>({ dialect: new NodeSqliteDialect({ file: init.file, pragmas: pragmas }) });
}

/**
 * Opens, checks and migrates. Throws STORAGE_SCHEMA_NEWER and, for a file, STORAGE_CORRUPT or STORAGE_STATE_*, for
 * Postgres what `preparePostgres` throws; the database is closed again then.
 */
export async function prepareDatabase(
  components: DatabaseComponents,
  db: Kysely<Schema>,
  init: DatabaseInit,
): Promise<void> {
  const { migrations } = init;
  try {
    if (init.postgresUrl) {
      await preparePostgres(components, db, init.postgresUrl, migrations);
    } else {
      inStateFolder(dirname(init.file), () => makePrivateDatabase(init.file));
      await examine(db, init.file);
      await migrate(components, db, init.file, migrations);
    }
  } catch (error) {
    await db.destroy();
    throw error;
  }
}

async function examine(db: Kysely<Schema>, file: string): Promise<void> {
  const { rows } = await sql<{ quick_check: string }>`pragma quick_check(1)`.execute(db);
  const reason = rows[0]?.quick_check ?? 'no answer';
  if (reason !== 'ok') throw storageErrors.STORAGE_CORRUPT({ file, reason });
}
