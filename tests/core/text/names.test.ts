import { expect, test } from 'vitest';
import { compareNames, comparePaths, foldName, nameHas, sameName } from '#core/text/names.ts';
import { suggest } from '#core/text/suggest.ts';

test.each([
  ['Café.mp3', 'Café.mp3'.normalize('NFD')],
  ['ÄRGER', 'ärger'.normalize('NFD')],
  ['İstanbul', 'i̇stanbul'],
  ['ΟΔΟΣ', 'οδος'],
  ['ガ', 'ガ'.normalize('NFD')],
])('%s is one name in every spelling', (one, other) => {
  expect(sameName(one, other)).toBe(true);
  expect(nameHas(`shows/${one} 2`, other)).toBe(true);
  expect(suggest(one, ['something else', other])).toBe(other);
});

test('keeps what isn’t the same apart', () => {
  for (const [one, other] of [
    ['resume', 'résumé'],
    ['a1', 'a01'],
    ['', ' '],
  ] as const)
    expect(foldName(one)).not.toBe(foldName(other));
});

test('orders as people do: numbers by value, capitals and accents last', () => {
  const names = ['10.mp3', '2.mp3', 'b.mp3', '1.mp3', 'B2.mp3', 'a.mp3', 'Äpfel.mp3', 'A.mp3', 'z.mp3'];
  expect(names.sort(compareNames)).toEqual([
    '1.mp3',
    '2.mp3',
    '10.mp3',
    'a.mp3',
    'A.mp3',
    'Äpfel.mp3',
    'b.mp3',
    'B2.mp3',
    'z.mp3',
  ]);
  const paths = ['show 10/1.mp3', 'show 2/10.mp3', 'Show 2 extra/1.mp3', 'show 2/9.mp3', 'show 2.mp3'];
  expect(paths.sort(comparePaths)).toEqual([
    'show 2/9.mp3',
    'show 2/10.mp3',
    'Show 2 extra/1.mp3',
    'show 2.mp3',
    'show 10/1.mp3',
  ]);
});

test('suggests the nearest, and nothing that is far', () => {
  expect(suggest('evenign', ['evening.mp3'], (name) => [name, name.slice(0, -4)])).toBe('evening.mp3');
  expect(suggest('evenign', ['evening.mp3'])).toBeUndefined();
  expect(suggest('ab', ['xy', 'ac', 'ad'])).toBe('ac');
});
