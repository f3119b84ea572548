import { expect, test } from 'vitest';
import packageFile from '../../package.json' with { type: 'json' };
import { targetOf } from './floors.ts';
import { type SourceFile, sourceFile } from './scan.ts';
import { hubSources } from './tree.ts';

const sources = hubSources();

/** Files of ours that load later than what names them: by `import()`, or as a thread. */
function loadedLate(files: readonly SourceFile[]): string[] {
  const forms = [/(?<!typeof )\bimport\(\s*'([^']+)'/g, /\bnew URL\('([^']+\.ts)', import\.meta\.url\)/g];
  return files.flatMap(({ path, text }) =>
    forms.flatMap((form) =>
      [...text.matchAll(form)].flatMap(([, specifier = '']) => targetOf(path, specifier) ?? []),
    ),
  );
}

/** What loads with a file of ours: all that it, and what it imports, imports for more than its types. */
function loadedWith(start: string, files: readonly SourceFile[]): Set<string> {
  const texts = new Map(files.map(({ path, text }) => [path, text]));
  const loaded = new Set<string>();
  const load = (path: string) => {
    const text = texts.get(path);
    if (text === undefined || loaded.has(path)) return;
    loaded.add(path);
    for (const [, specifier = ''] of text.matchAll(/^(?:import|export) (?!type\b)[^;'"]*?\bfrom '([^']+)'/gm))
      load(targetOf(path, specifier) ?? '');
  };
  load(start);
  return loaded;
}

/** What is contributed by folders: declared at once, and its code behind a `load` of each. */
const contributed = ['commands', 'plugins'] as const;

/** What the warm-up loads: what it names, and the code of every command and publisher that is listed. */
function warmedUp(files: readonly SourceFile[]): string[] {
  const warmUp = files.filter(({ path }) => path === 'src/warm-up.ts');
  const lists = contributed.filter((list) =>
    warmUp.some(({ text }) => text.includes(`...${list}.map(({ load }) => load())`)),
  );
  const listed = new Set(lists.flatMap((list) => [...loadedWith(`${list}/index.ts`, files)]));
  return [...loadedLate(warmUp), ...loadedLate(files.filter(({ path }) => listed.has(path)))];
}

const declarations = {
  commands:
    /^commands\/(?:index|definition|[^/]+\/(?:command|declared-controls|[a-z]+-(?:forms|meanings|options)))\.ts$/,
  plugins: /^plugins\/(?:index|[^/]+\/(?:index|options))\.ts$/,
};

/** What of the contributions loads with the hub beside what they declare. */
function codeLoaded(list: (typeof contributed)[number], files: readonly SourceFile[]): string[] {
  return [...loadedWith('src/hub/hub.ts', files)].filter(
    (path) => path.startsWith(`${list}/`) && !declarations[list].test(path),
  );
}

const hubFiles = sources.filter(({ path }) => !path.startsWith('packages/local-discord/src/page/'));

test('what a hub loads late is compiled at install, so that no first use strips types', () => {
  const warmed = warmedUp(sources);
  expect(warmed).toEqual(expect.arrayContaining(['plugins/github/publisher.ts', 'commands/tweet/run.ts']));
  const late = loadedLate(hubFiles).filter((path) => path !== 'src/warm-up.ts');
  expect(late.length).toBeGreaterThan(5);
  expect([...new Set(late)].filter((path) => !warmed.includes(path))).toEqual([]);
});

test('what a hub loads late does not load with the hub all the same', () => {
  const loaded = loadedWith('src/hub/hub.ts', sources);
  expect(loaded.size).toBeGreaterThan(300);
  const late = loadedLate(sources.filter(({ path }) => loaded.has(path)));
  expect(late).toContain('src/audio/source/openings.ts');
  expect(late).toContain('src/mesh/running-node.ts');
  expect(late.filter((path) => loaded.has(path))).toEqual([]);
});

test.each([
  ['commands', 'commands/node/command.ts'],
  ['plugins', 'plugins/github/index.ts'],
] as const)('of %s only what they declare loads with the hub', (list, declaration) => {
  expect(loadedWith('src/hub/hub.ts', sources)).toContain(declaration);
  expect(codeLoaded(list, sources)).toEqual([]);
});

test.each([
  ['plugins', 'plugins/x/index.ts', './publisher.ts'],
  ['plugins', 'plugins/x/index.ts', './render.ts'],
  ['plugins', 'plugins/x/index.ts', '../shared/fate.ts'],
  ['commands', 'commands/node/command.ts', './run.ts'],
  ['commands', 'commands/node/command.ts', './view.ts'],
  ['commands', 'commands/node/command.ts', '../suggestions.ts'],
] as const)('of %s a declaration, %s, that imports %s is caught', (list, declaration, specifier) => {
  const planted = sources.map((file) =>
    file.path === declaration
      ? sourceFile(file.path, `import { a } from '${specifier}';\n${file.text}`)
      : file,
  );
  expect(codeLoaded(list, planted)).toContain(targetOf(declaration, specifier));
});

test('an import of types alone loads nothing', () => {
  const files = [
    sourceFile('src/a/a.ts', "import type { B } from './b.ts';\nimport { c } from './c.ts';"),
    sourceFile('src/a/b.ts', ''),
    sourceFile('src/a/c.ts', "export * from './d.ts';\nconst e = () => import('./e.ts');"),
    ...['d', 'e'].map((name) => sourceFile(`src/a/${name}.ts`, '')),
  ];
  expect([...loadedWith('src/a/a.ts', files)].sort()).toEqual(['src/a/a.ts', 'src/a/c.ts', 'src/a/d.ts']);
});

test.each([
  ["await import('./late.ts')", ['src/a/late.ts']],
  ["new Worker(new URL('./worker/main.ts', import.meta.url))", ['src/a/worker/main.ts']],
  ["let a: typeof import('./late.ts'); import './now.ts'; await import('pg');", []],
])('%s', (text, late) => {
  expect(loadedLate([sourceFile('src/a/a.ts', text)])).toEqual(late);
});

test('what runs a hub has the flags of the warm-up: V8 takes no code compiled under others', () => {
  const { scripts } = packageFile;
  const flags = (script: string) =>
    script.split(' ').filter((word) => word.startsWith('--') && word !== '--import');
  expect(flags(scripts['warm-up'])).toEqual(flags(scripts.start));
  expect(flags(scripts.bench)).toEqual(flags(scripts.start));
});
