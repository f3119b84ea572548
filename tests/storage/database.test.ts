import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type Kysely, sql } from 'kysely';
import { describe, expect, onTestFinished, test } from 'vitest';
import { systemClock } from '#core/clock.ts';
import { silentLogger } from '#core/logger.ts';
import { backupsMax } from '#storage/backup.ts';
import { claimStateFolder } from '#storage/state-folder.ts';
import { rejection } from '../support/rejection.ts';
import type { Schema } from '../support/tables.ts';
import { createDatabase, type Migration, migrations, prepareDatabase } from '../support/tables.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const components = { clock: systemClock(), logger: silentLogger() };

function folderForTest(): string {
  const folder = temporaryFolder();
  onTestFinished(() => folder[Symbol.dispose]());
  return folder.path;
}

async function opened(file: string, steps: readonly Migration[] = migrations): Promise<Kysely<Schema>> {
  const db = createDatabase({ file });
  onTestFinished(() => db.destroy());
  await prepareDatabase(components, db, { file, migrations: steps });
  return db;
}

const intent = { kind: 'node', key: '', payload: '{}', wanted_by: 'x', created_at_ms: 1 };

const newest = migrations.length;

function stepTo(version: number, up: Migration['up']): Migration {
  return { version, name: `step ${version}`, up };
}

const addColumn =
  (name: string): Migration['up'] =>
  async (db) => {
    await db.schema.alterTable('intent').addColumn(name, 'text').execute();
  };

describe('durability', () => {
  test('the engine really runs with write-ahead log, full sync and foreign keys', async () => {
    const db = await opened(join(folderForTest(), 'hub.db'));
    const pragma = async (name: string) =>
      Object.values((await sql.raw(`pragma ${name}`).execute(db)).rows[0] as object)[0];
    expect(await pragma('journal_mode')).toBe('wal');
    expect(await pragma('synchronous')).toBe(2);
    expect(await pragma('foreign_keys')).toBe(1);
    expect(await pragma('busy_timeout')).toBeGreaterThan(0);
  });
});

describe('transactions', () => {
  test('other work waits until one is over and sees all of it or nothing', async () => {
    const db = await opened(join(folderForTest(), 'hub.db'));
    const gate = Promise.withResolvers<void>();
    const order: string[] = [];
    const transaction = db.transaction().execute(async (own) => {
      await own.insertInto('intent').values(intent).execute();
      order.push('inserted');
      await gate.promise;
      throw new Error('undo');
    });
    const outside = db
      .selectFrom('intent')
      .selectAll()
      .execute()
      .then((rows) => {
        order.push('read');
        return rows;
      });
    await new Promise((resolve) => setTimeout(resolve, 20));
    order.push('released');
    gate.resolve();
    expect(await rejection(transaction)).toMatchObject({ message: 'undo' });
    expect(await outside).toEqual([]);
    expect(order).toEqual(['inserted', 'released', 'read']);
  });

  test('a full disk undoes the transaction whole, says so, and passes', async () => {
    const db = await opened(join(folderForTest(), 'hub.db'));
    const { rows } = await sql<{ page_count: number }>`pragma page_count`.execute(db);
    const pages = rows[0]?.page_count ?? 0;
    await sql.raw(`pragma max_page_count = ${pages + 4}`).execute(db);
    const large = { ...intent, payload: 'x'.repeat(100_000) };
    const filling = db.transaction().execute(async (own) => {
      await own.insertInto('intent').values(intent).execute();
      await own
        .insertInto('intent')
        .values({ ...large, key: 'large' })
        .execute();
    });
    expect(await rejection(filling)).toMatchObject({ code: 'STORAGE_FULL', kind: 'operator' });
    expect(await db.selectFrom('intent').selectAll().execute()).toEqual([]);

    await sql.raw('pragma max_page_count = 1000000').execute(db);
    await db.insertInto('intent').values(large).execute();
    expect(await db.selectFrom('intent').selectAll().execute()).toHaveLength(1);
  });

  test('a wrong statement is a defect, not an error for operators', async () => {
    const db = await opened(join(folderForTest(), 'hub.db'));
    const error = await rejection(sql`select * from nowhere`.execute(db));
    expect(error).toMatchObject({ code: 'ERR_SQLITE_ERROR' });
  });
});

describe('migrations', () => {
  test('run once, in order, each leaving its version', async () => {
    const file = join(folderForTest(), 'hub.db');
    const ran: number[] = [];
    const steps = [1, 2].map((version) => stepTo(version, async () => void ran.push(version)));
    await (await opened(file, steps)).destroy();
    const again = await opened(file, steps);
    expect(ran).toEqual([1, 2]);
    expect(await again.selectFrom('schema_version').select('version').execute()).toEqual([
      { version: 1 },
      { version: 2 },
    ]);
  });

  test('a failing step leaves the database as the step before left it', async () => {
    const file = join(folderForTest(), 'hub.db');
    const broken = stepTo(newest + 2, async (db) => {
      await addColumn('half')(db);
      throw new Error('power cut');
    });
    const steps = [...migrations, stepTo(newest + 1, addColumn('whole'))];
    expect(await rejection(opened(file, [...steps, broken]))).toMatchObject({ message: 'power cut' });

    const raw = new DatabaseSync(file);
    onTestFinished(() => raw.close());
    const columns = raw
      .prepare('select name from pragma_table_info(?)')
      .all('intent')
      .map((row) => row.name);
    expect(columns).toContain('whole');
    expect(columns).not.toContain('half');
    expect(raw.prepare('select max(version) as version from schema_version').get()).toEqual({
      version: newest + 1,
    });
  });

  test('an existing database is copied before it is changed; a new one needs no copy', async () => {
    const folder = folderForTest();
    const file = join(folder, 'hub.db');
    const first = await opened(file);
    await first.insertInto('intent').values(intent).execute();
    await first.destroy();
    expect(existsSync(join(folder, 'backups'))).toBe(false);

    await (await opened(file, [...migrations, stepTo(newest + 1, addColumn('extra'))])).destroy();
    expect(readdirSync(join(folder, 'backups'))).toEqual([
      `hub-schema-${String(newest).padStart(4, '0')}.db`,
    ]);
    expect(statSync(join(folder, 'backups')).mode & 0o077).toBe(0);
    expect(
      statSync(join(folder, 'backups', `hub-schema-${String(newest).padStart(4, '0')}.db`)).mode & 0o077,
    ).toBe(0);
    const restored = await opened(
      join(folder, 'backups', `hub-schema-${String(newest).padStart(4, '0')}.db`),
    );
    expect(await restored.selectFrom('intent').selectAll().execute()).toEqual([{ ...intent, hub: '' }]);
  });

  test('of the copies only the last few are kept', async () => {
    const folder = folderForTest();
    const file = join(folder, 'hub.db');
    const steps = [...migrations];
    for (let version = newest + 1; version < newest + backupsMax + 4; version++) {
      await (await opened(file, steps)).destroy();
      steps.push(stepTo(version, addColumn(`extra${version}`)));
    }
    const copies = readdirSync(join(folder, 'backups'));
    expect(copies).toHaveLength(backupsMax);
    expect(copies.at(-1)).toBe(`hub-schema-${String(newest + backupsMax + 1).padStart(4, '0')}.db`);
  });

  test('a database of a later version is refused and not touched', async () => {
    const file = join(folderForTest(), 'hub.db');
    await (await opened(file, [...migrations, stepTo(99, async () => {})])).destroy();
    const before = readFileSync(file);
    expect(await rejection(opened(file))).toMatchObject({
      code: 'STORAGE_SCHEMA_NEWER',
      details: { found: 99, known: migrations.at(-1)?.version },
    });
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  test('versions count up without gaps', () => {
    expect(migrations.map(({ version }) => version)).toEqual(migrations.map((_, index) => index + 1));
  });
});

describe('a damaged database', () => {
  test('that is none is refused, and kept', async () => {
    const file = join(folderForTest(), 'hub.db');
    const text = 'this is no database, and it is long enough to be read as one. '.repeat(100);
    writeFileSync(file, text);
    expect(await rejection(opened(file))).toMatchObject({ code: 'STORAGE_CORRUPT', details: { file } });
    expect(readFileSync(file, 'utf8')).toBe(text);
  });

  test('with a page overwritten is refused', async () => {
    const file = join(folderForTest(), 'hub.db');
    const db = await opened(file);
    for (let index = 0; index < 200; index++)
      await db
        .insertInto('intent')
        .values({ ...intent, key: `${index}`, payload: 'x'.repeat(500) })
        .execute();
    await db.destroy();
    const bytes = readFileSync(file);
    bytes.fill(0xa5, 20 * 4_096, 24 * 4_096);
    writeFileSync(file, bytes);
    expect(await rejection(opened(file))).toMatchObject({ code: 'STORAGE_CORRUPT' });
  });
});

describe('the state folder', () => {
  test.skipIf(process.getuid?.() === 0)('that is read-only is refused', () => {
    const folder = join(folderForTest(), 'state');
    mkdirSync(folder, { mode: 0o500 });
    expect(() => claimStateFolder(join(folder, 'inner'))).toThrow(
      expect.objectContaining({ code: 'STORAGE_STATE_UNWRITABLE' }),
    );
  });

  test('whose database is a folder is refused', async () => {
    const file = join(folderForTest(), 'hub.db');
    mkdirSync(file);
    expect(await rejection(opened(file))).toMatchObject({ code: 'STORAGE_STATE_LINK' });
  });

  test('is free again after release, whatever lies in it', () => {
    const folder = folderForTest();
    claimStateFolder(folder).release();
    writeFileSync(join(folder, 'hub.pid'), 'not a number');
    const second = claimStateFolder(folder);
    second.release();
    second.release();
    rmSync(join(folder, 'hub.pid'));
    claimStateFolder(folder).release();
  });
});
