import { describe, expect, test } from 'vitest';
import type { Migration } from '#storage/migration.ts';
import { migrations } from '../support/tables.ts';
import { migrationProblems, releasedHashes } from './migrations.ts';
import { pathsOf } from './tree.ts';

const fileOf = (version: number) =>
  pathsOf(`src/*/tables/${String(version).padStart(3, '0')}-*.ts`)[0] ?? `migration ${version}`;

test('each migration sends to either engine what it sent when it was released', async () => {
  expect(await migrationProblems(migrations, releasedHashes, fileOf)).toEqual([]);
});

describe('is refused', () => {
  const one = (column: string): Migration => ({
    version: 1,
    name: 'one',
    up: async (db) => {
      await db.schema
        .createTable('t')
        .addColumn('a', 'text', (made) => made.primaryKey())
        .execute();
      const rows = await db.selectFrom('t').select(['a']).execute();
      for (const row of rows) await db.updateTable('t').set(column, row.a).execute();
    },
  });
  const problems = (given: readonly Migration[], hashes: Record<number, string>) =>
    migrationProblems(given, hashes, (version) => `src/a/tables/${version}.ts`);
  const hashOfOne = async () => {
    const [line = ''] = await problems([one('a')], {});
    return /'(\w{16})'/.exec(line)?.[1] as string;
  };

  test('a migration that was changed after the fact, also in what it copies', async () => {
    const hashes = { 1: await hashOfOne() };
    expect(await problems([one('a')], hashes)).toEqual([]);
    expect(await problems([one('b')], hashes)).toEqual([
      'src/a/tables/1.ts was changed after the fact, and databases that have it would not follow: undo that, and add a new migration with number 2 instead',
    ]);
  });

  test('a new one without its hash, and one that is gone', async () => {
    expect(await problems([one('a')], {})).toEqual([
      `src/a/tables/1.ts is new: add the line \`1: '${await hashOfOne()}',\` to tests/architecture/migrations.ts`,
    ]);
    expect(await problems([], { 1: 'x' })).toEqual([
      'migration 1 is gone, and databases have it: bring it back',
    ]);
  });
});
