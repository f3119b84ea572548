import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { voiceFaults } from './cases.ts';
import { guards } from './guards.ts';

test.each(Object.entries(guards))('“%s” is in the source, once, and guards a case', (name, parts) => {
  for (const { file, guard } of parts) {
    const source = readFileSync(new URL(`../../..${file}`, import.meta.url), 'utf8');
    expect(source.split(guard).length - 1, `${guard} in ${file}`).toBe(1);
  }
  expect(voiceFaults.some(({ control }) => 'guard' in control && control.guard === name)).toBe(true);
});

test('every case names a guard that there is', () => {
  for (const { control } of voiceFaults)
    if ('guard' in control) expect(guards).toHaveProperty([control.guard]);
});
