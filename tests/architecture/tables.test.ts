import { describe, expect, test } from 'vitest';
import { inOrder, type Migration } from '#storage/migration.ts';
import { migrations } from '../support/tables.ts';
import { sourceFile } from './scan.ts';
import { borrowedTables, foreignTables, misnamed, tableOwners } from './tables.ts';
import { hubSources, pathsOf } from './tree.ts';

const paths = pathsOf('src/*/tables/[0-9]*.ts');
const fileOf = (version: number) =>
  paths.find((path) => path.includes(`/${String(version).padStart(3, '0')}-`)) ?? `migration ${version}`;

describe('each table has one owner', () => {
  test('who alone queries it', async () => {
    const owners = await tableOwners(migrations, fileOf);
    expect(owners.size).toBeGreaterThan(30);
    expect([owners.get('intent'), owners.get('role_grant'), owners.get('delivery')]).toEqual([
      'storage',
      'access',
      'publishing',
    ]);
    expect(foreignTables(hubSources(), owners)).toEqual([]);
  });

  test('a table folder is imported only by its owner and where the hub is put together', () => {
    expect(borrowedTables(hubSources())).toEqual([]);
  });

  test('whose file has the number of the step in its name', () => {
    expect(paths.length).toBe(migrations.length);
    expect(misnamed(paths, migrations)).toEqual([]);
    expect(misnamed([], [{ version: 7, name: 'x', up: async () => {} }])).toEqual([
      'no file src/*/tables/007-*.ts holds “x”',
    ]);
  });

  const owners = new Map([['delivery', 'publishing']]);
  test.each([
    ['src/storage/a.ts', "db.selectFrom('delivery').selectAll()"],
    ['src/storage/a.ts', "db.schema.createTable('delivery')"],
    ['src/access/a.ts', 'sql`select guild_id from delivery where open = 1`'],
    ['src/scheduling/a.ts', "db.selectFrom('schedule').innerJoin('delivery', 'a', 'b')"],
    ['src/access/tables/025-late.ts', "db.schema.alterTable('delivery')"],
  ])('a planted offender is caught: %s has %s', (path, text) => {
    expect(foreignTables([sourceFile(path, text)], owners)).toEqual([
      expect.stringContaining('it is a table of publishing'),
    ]);
    expect(foreignTables([sourceFile('src/publishing/a.ts', text)], owners)).toEqual([]);
  });

  test.each([
    ['src/publishing/a.ts', '../access/tables/schema.ts'],
    ['src/discord/a.ts', '../mesh/tables/trust-store.ts'],
    ['src/storage/storage.ts', '#mesh/tables/trust-store.ts'],
  ])('a planted importer is caught: %s imports %s', (path, specifier) => {
    expect(borrowedTables([sourceFile(path, `import { a } from '${specifier}';`)])).toHaveLength(1);
  });
});

describe('numbers', () => {
  const step = (version: number, name: string): Migration => ({ version, name, up: async () => {} });

  test('are brought in order, whichever service brings them', () => {
    expect(inOrder([step(2, 'b'), step(1, 'a')]).map(({ name }) => name)).toEqual(['a', 'b']);
  });

  test.each([
    [[step(1, 'a'), step(2, 'b'), step(2, 'c')], '“b” and “c” both have number 2: the newer one takes 3'],
    [[step(1, 'a'), step(3, 'c')], 'no migration has number 2, and “c” has 3'],
  ])('given twice or left out are refused', (steps, sentence) => {
    expect(() => inOrder(steps)).toThrow(sentence);
  });
});
