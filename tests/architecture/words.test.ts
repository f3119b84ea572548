import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { sourceFile } from './scan.ts';
import { hubSources, pathsOf, sourcesOf, testSources } from './tree.ts';
import { oddComments, oddProse } from './words.ts';

test('comments are in plain words', () => {
  const files = [...hubSources(), ...testSources(), ...sourcesOf('{bin,packages}/**/*.{ts,tsx,css}')];
  expect(files.flatMap(({ comments }) => comments).length).toBeGreaterThan(5_000);
  expect(files.flatMap(oddComments)).toEqual([]);
});

test('pages are in plain words', () => {
  const pages = pathsOf('{*.md,{docs,src,commands,plugins,packages,tests}/**/*.md}');
  expect(pages.length).toBeGreaterThan(50);
  expect(pages.flatMap((path) => oddProse(path, readFileSync(path, 'utf8')))).toEqual([]);
});

describe('the rule itself', () => {
  test.each([
    ['/** Read anew at each start. */', 'anew'],
    ['// It comes back by itself.', 'by itself'],
    ['/* They come back by themselves. */', 'by themselves'],
    ['/** Shown to whoever asks. */', 'whoever'],
    ['// The caller is told why.', 'is told'],
    ['// What is wrong, and how to mend it.', 'mend'],
    ['// Sent to who asked.', 'to who'],
    ['/** Of the newest frame. */', 'Of'],
    ['/**\n * A frame.\n *\n * Of silence none.\n */', 'Of'],
    ['/** Waits. Who asks again gets it. */', 'Who'],
    ['const a = 1; // Who asked.', 'Who'],
  ])('a planted one is caught: %s', (text, word) => {
    expect(oddComments(sourceFile('a.ts', `\n${text}`))).toEqual([
      expect.stringMatching(new RegExp(`^a\\.ts:\\d says “${word}”: write `)),
    ]);
  });

  test('it is named by its line, and says what to write instead', () => {
    const [odd] = oddComments(sourceFile('a.ts', '\n/**\n * Waits.\n * Then it is made anew.\n */'));
    expect(odd).toBe('a.ts:4 says “anew”: write again, or what happens: restarted, replaced, rendered again');
  });

  test.each([
    "const a = 'Whoever asks is told anew.';",
    'const a = `Of it, to whoever`; // a template',
    '// The two can be told apart. People were told so.',
    '// What `mend` does is named in `mend-part.ts`; "by itself" is quoted.',
    '// A part of the file; the people who asked; who asks is known.',
    '// Who asks? Nobody.',
  ])('what says it otherwise is let through: %s', (text) => {
    expect(oddComments(sourceFile('a.ts', text))).toEqual([]);
  });

  test('on a page: items, cells and bold type, but neither headings, code nor quotations', () => {
    const page =
      '# Who may\n\n| Who | may |\n| --- | --- |\n| Of all | “is told” |\n\n```sh\nwhoever\n```\n\n- Of these\n- **Who asks.**\n';
    expect(oddProse('a.md', page).map((odd) => odd.split(':').slice(0, 2).join(':'))).toEqual([
      'a.md:5 says “Of”',
      'a.md:11 says “Of”',
      'a.md:12 says “Who”',
    ]);
  });
});
