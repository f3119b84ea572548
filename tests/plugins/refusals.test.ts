import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { plugins } from '#plugins/index.ts';
import { refusalTests } from './refusal-tests.ts';

const heading = '## What is refused, and where it is named';
const columns = ['refusal', 'verify', 'preview', 'when it leaves'];

/** The rows of the table under the heading, as cells. */
function rowsOf(id: string): string[][] {
  const [, section = ''] = readFileSync(join('plugins', id, 'README.md'), 'utf8').split(heading);
  const lines = section.split('\n## ')[0]?.split('\n') ?? [];
  const [head, , ...rows] = lines
    .filter((line) => line.startsWith('|'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  expect(head, `${id}: a table under “${heading}”`).toEqual(columns);
  return rows;
}

function testsOf(id: string): string {
  const suites = [
    'tests/plugins/compliance.ts',
    'tests/plugins/compliance/rights.ts',
    'tests/plugins/documented/documented-answers.test.ts',
    'tests/publishing/connecting/authorisations.test.ts',
  ];
  const folder = join('tests/plugins', id);
  const own = readdirSync(folder).filter((name) => name.endsWith('.test.ts'));
  return [...suites, ...own.map((name) => join(folder, name))]
    .map((path) => readFileSync(path, 'utf8'))
    .join('\n');
}

test.each(plugins.map(({ id }) => id))(
  '%s: its README says where each refusal is named, and a test shows it',
  (id) => {
    const rows = rowsOf(id);
    for (const [refusal, ...where] of rows) {
      expect(
        where.some((cell) => cell !== ''),
        `${id}: where is “${refusal}” named?`,
      ).toBe(true);
    }
    expect(Object.keys(refusalTests[id] ?? {})).toEqual(rows.map(([refusal]) => refusal));
    const text = testsOf(id);
    for (const [refusal, titles] of Object.entries(refusalTests[id] ?? {})) {
      expect(titles.length, refusal).toBeGreaterThan(0);
      for (const title of titles) {
        const isThere = ["'", '`'].some((quote) => text.includes(`${quote}${title}`));
        expect(isThere, `${id}: “${refusal}” has no test named “${title}…”`).toBe(true);
      }
    }
  },
);
