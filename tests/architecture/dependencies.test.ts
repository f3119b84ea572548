import { describe, expect, test } from 'vitest';
import packageFile from '../../package.json' with { type: 'json' };
import lockFile from '../../package-lock.json' with { type: 'json' };
import { type LockedPackages, lockProblems, unpinned } from './dependencies.ts';
import { undeclaredImports } from './packages.ts';
import { sourceFile } from './scan.ts';
import { hubSources, testSources } from './tree.ts';

const run = new Set(Object.keys(packageFile.dependencies));
const development = new Set([...run, ...Object.keys(packageFile.devDependencies)]);

test('every dependency is pinned to one version', () => {
  expect(unpinned({ ...packageFile.dependencies, ...packageFile.devDependencies })).toEqual([]);
});

test('what the hub imports is a dependency, what tests import at least a development one', () => {
  const sources = hubSources();
  // The page is built ahead of time: what it imports isn't there at run time.
  const page = sources.filter(({ path }) => path.startsWith('src/playground/page/'));
  expect(
    undeclaredImports(
      sources.filter((file) => !page.includes(file)),
      run,
    ),
  ).toEqual([]);
  expect(
    undeclaredImports(
      [...page, ...testSources().filter(({ path }) => path.startsWith('tests/'))],
      development,
    ),
  ).toEqual([]);
});

test('the lock file holds nothing that compiles, downloads, or is known to be unsafe', () => {
  expect(lockProblems(lockFile.packages as LockedPackages)).toEqual([]);
});

test('the engine that is declared is the engine that is installed', () => {
  expect(packageFile.engines.node).toBe('>=24');
  expect(packageFile.dependencies.node).toBe(process.versions.node);
});

describe('the rules themselves', () => {
  test.each(['^1.0.0', '~1.0.0', '1.x', '*', 'latest', '>=1.0.0', 'git+https://example.org/a.git'])(
    '%s is no exact version',
    (version) => {
      expect(unpinned({ a: version })).toHaveLength(1);
      expect(unpinned({ a: '1.0.0' })).toEqual([]);
    },
  );

  test.each<[string, LockedPackages]>([
    ['an install script', { 'node_modules/a': { version: '1.0.0', integrity: 'x', hasInstallScript: true } }],
    ['an old version', { 'node_modules/@libp2p/crypto': { version: '5.1.21', integrity: 'x' } }],
    [
      'a nested old version',
      { 'node_modules/a/node_modules/@libp2p/crypto': { version: '5.1.9', integrity: 'x' } },
    ],
    [
      'a pre-release of the floor',
      { 'node_modules/@libp2p/crypto': { version: '5.1.22-rc.1', integrity: 'x' } },
    ],
    ['a forbidden package', { 'node_modules/vm2': { version: '9.0.0', integrity: 'x' } }],
    ['a missing checksum', { 'node_modules/a': { version: '1.0.0' } }],
  ])('%s is caught', (_, packages) => {
    expect(lockProblems(packages)).toHaveLength(1);
  });

  test('newer versions are let through', () => {
    const packages = { 'node_modules/@libp2p/crypto': { version: '5.2.0', integrity: 'x' } };
    expect(lockProblems(packages)).toEqual([]);
  });

  test('an undeclared import is caught, and a builtin without its prefix', () => {
    const planted = (text: string) =>
      undeclaredImports([sourceFile('src/a.ts', text)], new Set(['a', '@b/c']));
    expect(planted("import 'left-pad/x';")).toEqual([expect.stringContaining('left-pad')]);
    expect(planted("import { readFileSync } from 'fs';")).toEqual([expect.stringContaining('node:fs')]);
    expect(planted("import 'a/deep'; import '@b/c/deep'; import 'node:fs'; import '#core/a.ts';")).toEqual(
      [],
    );
  });
});
