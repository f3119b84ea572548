import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const root = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');
/** Sections of docs/security.md that promise nothing. */
const limits = '## Known limits';

interface Promised {
  text: string;
  held: { file: string; titles: string[] }[];
}

/** Each list item before the limits, with the tests it names: `file`: “title”, “title”; `file`: “title”. */
function promisesIn(document: string): Promised[] {
  const [promises = ''] = document.split(limits);
  return promises
    .split(/\n(?=- )/)
    .slice(1)
    .map((item) => item.split(/\n\n|\n## /)[0] ?? '')
    .map((item) => ({ text: item, held: namedIn(item.replace(/\s+/g, ' ')) }));
}

function namedIn(item: string): Promised['held'] {
  const named = item.matchAll(/`(tests\/[^`]+\.test\.ts)`: ((?:“[^”]+”(?:, )?)+)/g);
  return [...named].map(([, file = '', titles = '']) => ({
    file,
    titles: [...titles.matchAll(/“([^”]+)”/g)].map(([, title = '']) => title),
  }));
}

const promises = promisesIn(read('docs/security.md'));

test('docs/security.md promises something in each section', () => {
  const sections = read('docs/security.md').split(limits)[0]?.match(/^## /gm) ?? [];
  expect(promises.length).toBeGreaterThan(sections.length * 2);
});

test.each(promises)('is held by tests that exist: $text', ({ held }) => {
  expect(held.length).toBeGreaterThan(0);
  for (const { file, titles } of held) {
    expect(existsSync(new URL(file, root)), file).toBe(true);
    const source = read(file);
    for (const title of titles) expect(source, `${file}: ${title}`).toContain(title);
  }
});

test('a promise without a test, and one whose test is gone, are found', () => {
  const planted =
    '# S\n\n- **A.** No test.\n- **B.** `tests/no.test.ts`: “nothing”\n\n## Known limits\n\n- C.\n';
  expect(promisesIn(planted).map(({ held }) => held)).toEqual([
    [],
    [{ file: 'tests/no.test.ts', titles: ['nothing'] }],
  ]);
});
