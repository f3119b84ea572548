import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { manifestProblems } from './manifests.ts';
import { sourceFile } from './scan.ts';
import { hubSources } from './tree.ts';

const sources = hubSources();

describe.each(['commands', 'plugins'])('%s', (top) => {
  test('every folder is listed in index.ts, and nothing else', () => {
    const manifest = sources.find(({ path }) => path === `${top}/index.ts`);
    const folders = readdirSync(top, { withFileTypes: true })
      // What several of them use lies in a folder of its own.
      .filter((entry) => entry.isDirectory() && entry.name !== 'shared')
      .map(({ name }) => name);
    if (!manifest) throw new Error(`${top}/index.ts is missing`);
    expect(manifestProblems(manifest, folders)).toEqual([]);
  });
});

test.each([
  ["import { a } from './a/command.ts';", ['a', 'b'], ['b is not listed']],
  ["import { a } from './a/command.ts';", [], ['a is listed but is no folder']],
  ["import { a } from './a/x.ts'; import { b } from './a/y.ts';", ['a'], ['a is listed twice']],
  ["import { a } from './a/command.ts';\nimport type { C } from '#contracts/command.ts';", ['a'], []],
])('%j with the folders %j', (text, folders, problems) => {
  expect(manifestProblems(sourceFile('commands/index.ts', text), folders)).toEqual(problems);
});
