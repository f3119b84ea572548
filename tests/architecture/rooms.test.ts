import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { serviceAreas } from './floors.ts';
import { circles, orderIn, orderProblems } from './rooms.ts';
import { type SourceFile, sourceFile } from './scan.ts';
import { hubSources } from './tree.ts';

const sources = hubSources().filter(({ path }) => path.startsWith('src/'));
const areas = [...serviceAreas(sources), 'storage'].map((name) => `src/${name}`);
const readmeOf = (area: string) =>
  existsSync(`${area}/README.md`) ? readFileSync(`${area}/README.md`, 'utf8') : undefined;

test('folders of a service import one way, in the order of its README', () => {
  expect(areas.flatMap((area) => orderProblems(sources, area, readmeOf(area)))).toEqual([]);
  const ordered = areas.filter((area) => orderIn(readmeOf(area) ?? '').length > 2);
  expect(ordered).toEqual(expect.arrayContaining(['src/audio', 'src/mesh', 'src/publishing']));
});

test('no folder of the tree has rooms that import each other in a circle', () => {
  expect(circles(sources)).toEqual([]);
});

const readme = '# A\n\n| folder | |\n| --- | --- |\n| `low/` | x |\n| `high/` | y |\n';
const planted = (from: string, specifier: string): SourceFile[] => [
  sourceFile('src/a/low/low.ts', ''),
  sourceFile('src/a/high/high.ts', "import { low } from '../low/low.ts';"),
  sourceFile(`src/a/${from}`, `import { a } from '${specifier}';`),
];

test('an arrow down is let through', () => {
  const files = planted('high/other.ts', '../low/low.ts');
  expect([...orderProblems(files, 'src/a', readme), ...circles(files)]).toEqual([]);
});

test.each([
  ['low/other.ts', '../high/high.ts'],
  ['low/other.ts', '#audio/../a/high/high.ts'],
  ['low/deep/other.ts', '../../high/high.ts'],
])('an arrow up is caught, with its file and the cure: %s imports %s', (from, specifier) => {
  const files = planted(from, specifier);
  const arrow = `src/a/${from}:1 imports src/a/high/high.ts`;
  expect(orderProblems(files, 'src/a', readme)).toEqual([
    `${arrow}: low lies below high. Move what both need to the lower folder, pass it in as an argument, or, where the order is wrong, change src/a/README.md`,
  ]);
  expect(circles(files)).toContainEqual(
    expect.stringContaining(`${arrow}: low → high is part of a circle in src/a`),
  );
});

test('a circle over a file that lies between the folders is caught', () => {
  const files = [
    sourceFile('src/a/ports.ts', "import { b } from './b/b.ts';"),
    sourceFile('src/a/b/b.ts', "import { a } from '../ports.ts';"),
  ];
  expect(circles(files)).toEqual([
    expect.stringContaining('src/a/ports.ts:1 imports src/a/b/b.ts'),
    expect.stringContaining('src/a/b/b.ts:1 imports src/a/ports.ts'),
  ]);
});

test('a folder that the README leaves out, and one that is gone, are named', () => {
  const files = [...planted('high/other.ts', '../low/low.ts'), sourceFile('src/a/new/new.ts', '')];
  expect(orderProblems(files, 'src/a', `${readme}| \`old/\` | z |\n`)).toEqual([
    expect.stringContaining('src/a/README.md does not list `new/`'),
    expect.stringContaining('src/a/README.md lists `old/`'),
  ]);
  expect(orderProblems(files, 'src/a', undefined)).toEqual([
    expect.stringContaining('src/a/README.md is missing: list there what each of high, low, new is'),
  ]);
});
