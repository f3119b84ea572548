import { join } from 'node:path';
import type { Kysely } from 'kysely';
import { afterAll, beforeAll, describe, onTestFinished } from 'vitest';
import { type Clock, systemClock } from '#core/clock.ts';
import { silentLogger } from '#core/logger.ts';
import type { DatabasePlace, Engine } from '#storage/database.ts';
import { noPostgres, type PrivatePostgres, postgresFolder, startPostgres } from './postgres.ts';
import { createDatabase, prepareDatabase, type Schema } from './tables.ts';
import { temporaryFolder } from './temporary-folder.ts';

export interface EngineUnderTest {
  engine: Engine;
  /** A new place; what is there goes when the test ends. */
  place(): Promise<DatabasePlace>;
}

export const sqlite: EngineUnderTest = {
  engine: 'sqlite',
  place: async () => ({ file: fileForTest() }),
};

/** Describes the same behaviour for SQLite and for a Postgres of our own, which is skipped, and said so, where there is none. */
export function describeEngines(title: string, tests: (engine: EngineUnderTest) => void): void {
  describe(`${title} (sqlite)`, () => tests(sqlite));
  describePostgres(title, tests);
}

export function describePostgres(title: string, tests: (engine: EngineUnderTest) => void): void {
  const found = postgresFolder() !== undefined;
  describe.skipIf(!found)(`${title} (postgres${found ? '' : `: skipped, ${noPostgres}`})`, () => {
    let server: PrivatePostgres;
    beforeAll(async () => {
      server = await startPostgres({ durable: false });
    });
    afterAll(() => server?.stop());
    tests({ engine: 'postgres', place: async () => ({ postgresUrl: await server.database() }) });
  });
}

/** A migrated database, closed when the test ends. */
export async function openDatabase(
  place: DatabasePlace,
  clock: Clock = systemClock(),
): Promise<Kysely<Schema>> {
  const db = createDatabase(place);
  onTestFinished(() => db.destroy());
  await prepareDatabase({ clock, logger: silentLogger() }, db, place);
  return db;
}

function fileForTest(): string {
  const folder = temporaryFolder();
  onTestFinished(() => folder[Symbol.dispose]());
  return join(folder.path, 'hub.db');
}
