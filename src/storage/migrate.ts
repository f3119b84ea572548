import { type Kysely, sql, type Transaction } from 'kysely';
import type { Clock } from '#core/clock.ts';
import type { Logger } from '#core/logger.ts';
import { backUp } from './backup.ts';
import { storageErrors } from './errors.ts';
import type { Migration } from './migration.ts';
import type { Schema } from './schema.ts';

export interface MigrateComponents {
  clock: Clock;
  logger: Logger;
}

/**
 * Brings an SQLite schema up to the newest step: each step and its version row in one transaction. An existing
 * database is copied first. Throws STORAGE_SCHEMA_NEWER, before any change, for a database of a later version.
 */
export async function migrate(
  components: MigrateComponents,
  db: Kysely<Schema>,
  file: string,
  migrations: readonly Migration[],
): Promise<void> {
  const { found, steps } = await stepsAhead(db, file, migrations);
  if (found > 0 && steps.length > 0) await backUp(db, file, found);
  for (const step of steps) {
    await db.transaction().execute((tx) => applyStep(tx, step, components.clock.nowMs()));
    components.logger.info({ version: step.version, step: step.name }, 'database schema changed');
  }
}

/** The version of the database and the steps it lacks. Throws STORAGE_SCHEMA_NEWER. */
export async function stepsAhead(
  db: Kysely<Schema>,
  place: string,
  migrations: readonly Migration[],
): Promise<{ found: number; steps: Migration[] }> {
  const known = migrations.at(-1)?.version ?? 0;
  const found = await versionOf(db);
  if (found > known) throw storageErrors.STORAGE_SCHEMA_NEWER({ file: place, found, known });
  return { found, steps: migrations.filter(({ version }) => version > found) };
}

export async function applyStep(tx: Transaction<Schema>, step: Migration, nowMs: number): Promise<void> {
  await step.up(tx);
  await tx
    .insertInto('schema_version')
    .values({ version: step.version, name: step.name, applied_at_ms: nowMs })
    .execute();
}

async function versionOf(db: Kysely<Schema>): Promise<number> {
  await db.schema
    .createTable('schema_version')
    .ifNotExists()
    .addColumn('version', 'integer', (column) => column.primaryKey())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('applied_at_ms', 'double precision', (column) => column.notNull())
    .execute();
  const row = await db
    .selectFrom('schema_version')
    .select(sql<number | null>`max(version)`.as('version'))
    .executeTakeFirst();
  return row?.version ?? 0;
}
