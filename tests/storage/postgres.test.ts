import { sql } from 'kysely';
import { expect, onTestFinished, test } from 'vitest';
import { systemChance, systemClock } from '#core/clock.ts';
import { silentLogger } from '#core/logger.ts';
import { Secret } from '#core/secret.ts';
import { createStorage } from '#storage/storage.ts';
import { transact } from '#storage/transaction.ts';
import { describePostgres, openDatabase } from '../support/engines.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { rejection } from '../support/rejection.ts';
import { createDatabase, migrations, prepareDatabase, serviceMigrations } from '../support/tables.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const components = { clock: systemClock(), chance: systemChance(), logger: silentLogger() };

function storageOn(postgresUrl: Secret) {
  const folder = temporaryFolder();
  const storage = createStorage(components, {
    migrations: serviceMigrations,
    stateDir: folder.path,
    postgresUrl,
  });
  onTestFinished(async () => {
    await storage.stop();
    folder[Symbol.dispose]();
  });
  return { storage, stateDir: folder.path };
}

describePostgres('storage', (on) => {
  const url = async () => (await on.emptyPlace()).postgresUrl as Secret;

  test('hubs that start at once migrate once, and each has its own name, also after a restart', async () => {
    const postgresUrl = await url();
    const hubs = Array.from({ length: 4 }, () => storageOn(postgresUrl));
    await Promise.all(hubs.map(({ storage }) => storage.start()));
    const ids = hubs.map(({ storage }) => storage.hubId);
    expect(new Set(ids).size).toBe(4);
    const [first] = hubs;
    await first!.storage.stop();
    const again = createStorage(components, {
      migrations: serviceMigrations,
      stateDir: first!.stateDir,
      postgresUrl,
    });
    await again.start();
    onTestFinished(() => again.stop());
    expect(again.hubId).toBe(ids[0]);
    const versions = await again.db
      .selectFrom('schema_version')
      .select('version')
      .orderBy('version')
      .execute();
    expect(versions.map(({ version }) => version)).toEqual(migrations.map(({ version }) => version));
  });

  test('a step that fails leaves nothing behind', async () => {
    const place = await on.emptyPlace();
    const db = createDatabase(place);
    const failing = {
      version: 1,
      name: 'fails',
      up: async (tx: typeof db) => {
        await sql`create table half (a int)`.execute(tx);
        throw new Error('half-way');
      },
    };
    await rejection(prepareDatabase(components, db, { ...place, migrations: [failing] }));
    const again = await openDatabase(place);
    await expect(sql`select * from half`.execute(again)).rejects.toThrow(/does not exist/);
  });

  test('a database of a newer version is left alone', async () => {
    const place = await on.place();
    const db = await openDatabase(place);
    await db.insertInto('schema_version').values({ version: 99, name: 'later', applied_at_ms: 1 }).execute();
    expect(await rejection(openDatabase(place))).toMatchObject({ code: 'STORAGE_SCHEMA_NEWER' });
  });

  test('a hub whose clock is off does not start', async () => {
    const place = await on.place();
    expect(await rejection(openDatabase(place, new FakeClock(Date.now() + 20_000)))).toMatchObject({
      code: 'STORAGE_CLOCK_SKEWED',
    });
    await openDatabase(place, new FakeClock(Date.now() + 2_000));
  });

  test('whole numbers come as numbers', async () => {
    const db = await openDatabase(await on.place());
    const { rows } = await sql<{ n: unknown }>`select count(*) as n from audit`.execute(db);
    expect(rows[0]?.n).toBe(0);
  });

  test('of two transactions that lock each other out, both come through', async () => {
    const db = await openDatabase(await on.place());
    const row = { kind: 'x', payload: '', wanted_by: '', created_at_ms: 0 };
    await db
      .insertInto('intent')
      .values([
        { ...row, key: 'a' },
        { ...row, key: 'b' },
      ])
      .execute();
    const bothHaveOne = Promise.withResolvers<void>();
    let holding = 0;
    let runs = 0;
    const crossing = (first: string, second: string) =>
      transact(db, async (tx) => {
        runs++;
        const add = (key: string) =>
          tx
            .updateTable('intent')
            .set(({ ref }) => ({ payload: sql`${ref('payload')} || 'x'` }))
            .where('key', '=', key)
            .execute();
        await add(first);
        if (++holding === 2) bothHaveOne.resolve();
        await bothHaveOne.promise;
        await add(second);
      });
    await Promise.all([crossing('a', 'b'), crossing('b', 'a')]);
    expect(runs).toBe(3);
    const rows = await db.selectFrom('intent').select('payload').execute();
    expect(rows.map(({ payload }) => payload)).toEqual(['xx', 'xx']);
  });

  test('an address without a server says so, without the password', async () => {
    const postgresUrl = new Secret('postgres://hub:canary-password@127.0.0.1:1/db');
    const error = await rejection(openDatabase({ postgresUrl }));
    expect(error).toMatchObject({
      code: 'STORAGE_DATABASE_UNREACHABLE',
      details: { place: '127.0.0.1:1/db', reason: 'ECONNREFUSED' },
    });
    expect(JSON.stringify(error)).not.toContain('canary');
  });

  test('a database that is not there says so', async () => {
    const postgresUrl = new Secret((await url()).reveal().replace(/test_\d+/, 'nothing'));
    expect(await rejection(openDatabase({ postgresUrl }))).toMatchObject({
      code: 'STORAGE_DATABASE_UNREACHABLE',
    });
  });

  test('a connection that the server ends is replaced', async () => {
    const place = await on.place();
    const [db, other] = [await openDatabase(place), await openDatabase(place)];
    const ending = sql`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`;
    await ending.execute(other);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect((await sql<{ one: number }>`select 1 as one`.execute(db)).rows).toEqual([{ one: 1 }]);
  });
});
