import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { borderGuards } from './isolation/border-guards.ts';
import { borders } from './isolation/faults.ts';

test.each(borderGuards)('$guard is in the source, once', ({ file, guard }) => {
  const source = readFileSync(new URL(`../..${file}`, import.meta.url), 'utf8');
  expect(source.split(guard)).toHaveLength(2);
});

test('each border has a name of its own, and some are the check’s alone', () => {
  const names = borders.map(({ name }) => name);
  expect(names).toEqual([...new Set(names)]);
  expect(borders.filter(({ storedApart }) => !storedApart).length).toBeGreaterThan(10);
});
