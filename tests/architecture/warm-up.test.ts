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

const hubFiles = sources.filter(({ path }) => !path.startsWith('packages/local-discord/src/page/'));

test('what a hub loads late is compiled at install, so that no first use strips types', () => {
  const warmed = loadedLate(sources.filter(({ path }) => path === 'src/warm-up.ts'));
  const late = loadedLate(hubFiles).filter((path) => path !== 'src/warm-up.ts');
  expect(late.length).toBeGreaterThan(5);
  expect([...new Set(late)].filter((path) => !warmed.includes(path))).toEqual([]);
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
