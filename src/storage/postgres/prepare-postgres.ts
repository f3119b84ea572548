import { type Kysely, sql } from 'kysely';
import type { Clock } from '#core/clock.ts';
import type { Logger } from '#core/logger.ts';
import type { Secret } from '#core/secret.ts';
import { storageErrors } from '../errors.ts';
import { applyStep, stepsAhead } from '../migrate.ts';
import type { Migration } from '../migration.ts';
import type { Schema } from '../schema.ts';
import { placeOf } from './postgres-errors.ts';

/** Leases allow for clocks that differ by this much; a hub whose clock is further off the database’s doesn’t start. */
export const clockSkewMaxMs = 5_000;
/** Several hubs that start at once wait for the one that migrates. */
export const migrationTimeoutMs = 120_000;
/** Any constant, as long as every version uses the same. */
const migrationLock = 4_180_031;

export interface PreparePostgresComponents {
  clock: Clock;
  logger: Logger;
}

/**
 * Connects, compares clocks, migrates: all steps in one transaction under an advisory lock, so that one of several hubs
 * changes the schema and the others find it done. Throws STORAGE_DATABASE_UNREACHABLE, STORAGE_CLOCK_SKEWED,
 * STORAGE_SCHEMA_NEWER.
 */
export async function preparePostgres(
  components: PreparePostgresComponents,
  db: Kysely<Schema>,
  url: Secret,
  migrations: readonly Migration[],
): Promise<void> {
  const { clock, logger } = components;
  await compareClocks(components, db);
  const applied = await db.transaction().execute(async (tx) => {
    await sql.raw(`set local statement_timeout = ${migrationTimeoutMs}`).execute(tx);
    await sql`select pg_advisory_xact_lock(${migrationLock})`.execute(tx);
    const { steps } = await stepsAhead(tx, placeOf(url), migrations);
    for (const step of steps) await applyStep(tx, step, clock.nowMs());
    return steps;
  });
  for (const { version, name } of applied) logger.info({ version, step: name }, 'database schema changed');
}

async function compareClocks({ clock }: PreparePostgresComponents, db: Kysely<Schema>): Promise<void> {
  const askedAtMs = clock.nowMs();
  const { rows } = await sql<{ at: number }>`
    select (extract(epoch from clock_timestamp()) * 1000)::double precision as at`.execute(db);
  const answeredAtMs = clock.nowMs();
  const databaseMs = rows[0]?.at ?? 0;
  // The server read its clock somewhere between question and answer.
  const skewMs = Math.max(askedAtMs - databaseMs, databaseMs - answeredAtMs);
  if (skewMs > clockSkewMaxMs)
    throw storageErrors.STORAGE_CLOCK_SKEWED({ skewMs: Math.round(skewMs), maxMs: clockSkewMaxMs });
}
