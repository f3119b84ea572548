import { join } from 'node:path';
import type { Kysely } from 'kysely';
import { afterAll, beforeAll, describe, onTestFinished } from 'vitest';
import { type Clock, systemClock } from '#core/clock.ts';
import { silentLogger } from '#core/logger.ts';
import type { DatabasePlace, Engine } from '#storage/database.ts';
import { writeMigrated } from './migrated.ts';
import { noPostgres, postgresFolder } from './postgres.ts';
import { type SharedPostgres, sharedPostgres } from './shared-postgres.ts';
import { createDatabase, prepareDatabase, type Schema } from './tables.ts';
import { temporaryFolder } from './temporary-folder.ts';

export interface EngineUnderTest {
  engine: Engine;
  /** A new place with a database of today's version; what is there goes when the test ends. */
  place(): Promise<DatabasePlace>;
  /** One with nothing in it, to be migrated. */
  emptyPlace(): Promise<DatabasePlace>;
}

export const sqlite: EngineUnderTest = {
  engine: 'sqlite',
  place: async () => {
    const file = fileForTest();
    await writeMigrated(file);
    return { file };
  },
  emptyPlace: async () => ({ file: fileForTest() }),
};

/** Describes the same behaviour for SQLite and for a Postgres, which is skipped, and said so, where there is none. */
export function describeEngines(title: string, tests: (engine: EngineUnderTest) => void): void {
  describe(`${title} (sqlite)`, () => tests(sqlite));
  describePostgres(title, tests);
}

export function describePostgres(title: string, tests: (engine: EngineUnderTest) => void): void {
  const found = postgresFolder() !== undefined;
  describe.skipIf(!found)(`${title} (postgres${found ? '' : `: skipped, ${noPostgres}`})`, () => {
    let server: SharedPostgres;
    beforeAll(async () => {
      server = await sharedPostgres();
    });
    afterAll(() => server?.clear());
    tests({
      engine: 'postgres',
      place: async () => ({ postgresUrl: await server.database('migrated') }),
      emptyPlace: async () => ({ postgresUrl: await server.database('empty') }),
    });
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
