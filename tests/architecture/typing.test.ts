import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { pathsOf } from './tree.ts';
import { linesIn, type Trust, tooManyCasts, trustedIn } from './typing.ts';

const files = pathsOf('{src,commands,plugins,config,packages}/**/*.{ts,tsx}').map((path) => ({
  path,
  text: readFileSync(path, 'utf8'),
}));
const trusted = files.flatMap(trustedIn);
const linesCount = linesIn(files);

/** What was reached: to be lowered with each cast that goes, never raised. */
const castsMax = 1.01;
/** By folder, when `castsMax` was set: a folder that has more has new ones. */
const castsBefore: Readonly<Record<string, number>> = {
  commands: 2,
  'commands/access': 2,
  'commands/broadcast': 2,
  'commands/chain': 1,
  'commands/consent': 1,
  'commands/deliveries': 2,
  'commands/milestone': 1,
  'commands/publish': 4,
  'commands/schedule': 2,
  'packages/local-discord': 8,
  'plugins/github': 1,
  'plugins/huggingface': 1,
  'src/access': 2,
  'src/core': 11,
  'src/demo': 4,
  'src/discord': 14,
  'src/hub': 1,
  'src/mesh': 16,
  'src/pack': 3,
  'src/publishing': 6,
  'src/scheduling': 3,
  'src/storage': 8,
  'src/web': 3,
};
const others: readonly [Trust, number][] = [
  ['any', 30],
  ['!', 0],
  ['predicate', 12],
];

describe('types are taken on trust in few places', () => {
  test('casts', () => {
    expect(tooManyCasts(trusted, linesCount, { castsMax, before: castsBefore })).toEqual([]);
  });

  test.each(others)('%s: at most %i', (trust, max) => {
    const places = trusted.filter((each) => each.trust === trust);
    expect(
      places.length,
      places.map(({ path, line, text }) => `${path}:${line} ${text}`).join('\n'),
    ).toBeLessThanOrEqual(max);
  });

  test('a planted cast is caught, with its line and what to do', () => {
    const casts = trusted.filter(({ trust }) => trust === 'cast');
    const reached = { castsMax: (casts.length / linesCount) * 1_000, before: castsBefore };
    const planted = {
      path: 'src/newcomer/a.ts',
      text: 'const a: unknown = 1;\nexport const b = a as string;\n',
    };
    const [sentence, ...places] = tooManyCasts([...trusted, ...trustedIn(planted)], linesCount + 2, reached);
    expect(sentence).toContain('fieldsOf of #core/fields-of.ts');
    expect(places).toContain('src/newcomer/a.ts:2 a as string');
    expect(tooManyCasts(trusted, linesCount, reached)).toEqual([]);
  });

  test.each([
    ['cast', 'a as unknown as B', 2],
    ['cast', '<B>a', 1],
    ['cast', '[1] as const', 0],
    ['cast', "'a as B' // a as B", 0],
    ['any', '(b: any) => b', 1],
    ['!', 'a!.b', 1],
    ['predicate', '(b: unknown): b is string => true', 1],
  ] satisfies [Trust, string, number][])('%s in %s', (wanted, text, count) => {
    const found = trustedIn({
      path: 'src/a.ts',
      text: `import { a } from './b.ts';\nexport const c = ${text};\n`,
    });
    expect(found.filter(({ trust }) => trust === wanted)).toHaveLength(count);
  });
});
