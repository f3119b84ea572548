import { describe, expect, test } from 'vitest';
import packageFile from '../../package.json' with { type: 'json' };
import lockFile from '../../package-lock.json' with { type: 'json' };
import elsewhere from '../../packages/elsewhere/package.json' with { type: 'json' };
import localDiscord from '../../packages/local-discord/package.json' with { type: 'json' };
import { type LockedPackages, lockProblems, unpinned } from './dependencies.ts';
import { undeclaredImports } from './packages.ts';
import { type SourceFile, sourceFile } from './scan.ts';
import { hubSources, testSources } from './tree.ts';

const run = new Set(Object.keys(packageFile.dependencies));
const development = new Set([...run, ...Object.keys(packageFile.devDependencies)]);
const localRun = new Set(Object.keys(localDiscord.dependencies));
const localDevelopment = new Set([...localRun, ...Object.keys(localDiscord.devDependencies)]);

test.each([packageFile, localDiscord])('every dependency of $name is pinned to one version', (file) => {
  expect(unpinned({ ...file.dependencies, ...file.devDependencies })).toEqual([]);
});

test('two that depend on one thing name one version of it', () => {
  const root = { ...packageFile.dependencies, ...packageFile.devDependencies };
  const own = { ...localDiscord.dependencies, ...localDiscord.devDependencies };
  const others = Object.entries(own).filter(([name]) => name in root);
  expect(others.length).toBeGreaterThan(3);
  expect(others.filter(([name, version]) => root[name as keyof typeof root] !== version)).toEqual([]);
});

test('what the hub imports is a dependency, what tests import at least a development one', () => {
  const hub = hubSources().filter(({ path }) => !path.startsWith('packages/'));
  // Built ahead of time, as the page that loads it is.
  const [panels, others] = parted(hub, ({ path }) => path.startsWith('src/demo/page/'));
  expect(undeclaredImports(others, run)).toEqual([]);
  expect(undeclaredImports(panels, development)).toEqual([]);
  const tests = testSources().filter(({ path }) => path.startsWith('tests/'));
  const [local, theRest] = parted(tests, ({ path }) => path.startsWith('tests/local-discord/'));
  expect(undeclaredImports(theRest, development)).toEqual([]);
  expect(undeclaredImports(local, new Set([...development, ...localDevelopment]))).toEqual([]);
});

test('what the local Discord imports is a dependency of its own', () => {
  const sources = hubSources().filter(({ path }) => path.startsWith('packages/local-discord/'));
  // The page is built ahead of time: what it imports isn't there at run time.
  const [page, others] = parted(sources, ({ path }) => path.startsWith('packages/local-discord/src/page/'));
  expect(others.length).toBeGreaterThan(50);
  expect(undeclaredImports(others, localRun)).toEqual([]);
  expect(undeclaredImports(page, localDevelopment)).toEqual([]);
  const ready = new Set(others.flatMap((file) => file.imports.map(({ specifier }) => specifier)));
  const isUsed = (name: string) => [...ready].some((used) => used === name || used.startsWith(`${name}/`));
  expect([...localRun].filter((name) => !isUsed(name))).toEqual([]);
});

test('the stand-ins import nothing but Node and themselves', () => {
  const sources = hubSources().filter(({ path }) => path.startsWith('packages/elsewhere/'));
  expect(sources.length).toBeGreaterThan(25);
  expect(Object.keys(elsewhere)).not.toContain('dependencies');
  expect(undeclaredImports(sources, new Set())).toEqual([]);
});

test('the lock file holds nothing that compiles, downloads, or is known to be unsafe', () => {
  expect(lockProblems(lockFile.packages as LockedPackages)).toEqual([]);
});

test('the engine that is declared is the engine that is installed', () => {
  expect(packageFile.engines.node).toBe('>=24');
  expect(packageFile.dependencies.node).toBe(process.versions.node);
});

/** Those that match, and the rest. */
function parted(
  files: readonly SourceFile[],
  matches: (file: SourceFile) => boolean,
): [SourceFile[], SourceFile[]] {
  return [files.filter(matches), files.filter((file) => !matches(file))];
}

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
    [
      'a second copy of what every hub loads',
      { 'node_modules/a/node_modules/undici': { version: '8.0.0', integrity: 'x' } },
    ],
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
