import { expect, test } from 'vitest';
import { stateNames } from '../../src/tables.ts';
import { serviceAreas, targetOf } from './floors.ts';
import { type SourceFile, sourceFile } from './scan.ts';
import { hubSources } from './tree.ts';

const list = 'src/hub/services.ts';
const contract = 'src/contracts/service.ts';
const sources = hubSources();

/** What is missing from the list of services, and what it names in vain. */
function listProblems(files: readonly SourceFile[]): string[] {
  const here = files
    .map(({ path }) => path)
    .filter((path) => path.startsWith('src/') && path.endsWith('/service.ts') && path !== contract);
  const listed = (files.find(({ path }) => path === list)?.imports ?? [])
    .map(({ specifier }) => targetOf(list, specifier))
    .filter((path) => path?.endsWith('/service.ts') && path !== contract);
  return [
    ...serviceAreas(files)
      .filter((area) => !here.includes(`src/${area}/service.ts`))
      .map((area) => `src/${area} has no service.ts: see docs/develop/add-a-service.md`),
    ...here
      .filter((path) => !listed.includes(path))
      .map((path) => `${path} is not in ${list}: import its service there and put it where it starts`),
  ];
}

test('every folder of a service or a door has its line in the hub’s list', () => {
  expect(listProblems(sources)).toEqual([]);
  expect(serviceAreas(sources).length).toBeGreaterThan(5);
});

test('a folder that was forgotten is named', () => {
  const without = sources.filter(({ path }) => path !== 'src/mesh/service.ts');
  expect(listProblems(without)).toEqual([expect.stringContaining('src/mesh has no service.ts')]);
  const newcomer = sourceFile('src/newcomer/service.ts', '');
  expect(listProblems([...sources, newcomer])).toEqual([
    expect.stringContaining('src/newcomer/service.ts is not in src/hub/services.ts'),
  ]);
});

/** Names in the state folder that are written in sources of services, and their files. */
function namesInStateFolder(files: readonly SourceFile[]): Map<string, string> {
  const named = files
    .filter(({ path }) => serviceAreas(files).some((area) => path.startsWith(`src/${area}/`)))
    .flatMap(({ path, text }) =>
      [...text.matchAll(/\bjoin\((?:\w+\.)*stateDir, '([^'/]+)'/g)].map(
        ([, name = '']) => [name, path] as const,
      ),
    );
  return new Map(named);
}

test('what a service keeps in the state folder is listed: a lost database is noticed by it', () => {
  const named = namesInStateFolder(sources);
  expect([...named].filter(([name]) => !stateNames.includes(name))).toEqual([]);
  expect([...named.keys()].sort()).toEqual([...stateNames].sort());
  const newcomer = sourceFile('src/newcomer/a.ts', "join(init.stateDir, 'new.key')");
  expect(namesInStateFolder([newcomer]).get('new.key')).toBe('src/newcomer/a.ts');
});

const tablesList = 'src/tables.ts';

/** Services whose tables nobody would make. */
function unlistedTables(files: readonly SourceFile[]): string[] {
  const { imports = [] } = files.find(({ path }) => path === tablesList) ?? {};
  const listed = imports.map(({ specifier }) => targetOf(tablesList, specifier));
  return files
    .map(({ path }) => path)
    .filter((path) => path.endsWith('/tables/owned.ts') && !path.startsWith('src/storage/'))
    .filter((path) => !listed.includes(path))
    .map((path) => `${path} is not in ${tablesList}: add it to the list there`);
}

test('every service that stores something is in the list of tables', () => {
  expect(unlistedTables(sources)).toEqual([]);
  const newcomer = sourceFile('src/newcomer/tables/owned.ts', '');
  expect(unlistedTables([...sources, newcomer])).toEqual([
    expect.stringContaining('src/newcomer/tables/owned.ts is not in src/tables.ts'),
  ]);
});
