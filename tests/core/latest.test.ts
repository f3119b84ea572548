import { expect, test } from 'vitest';
import { Latest } from '#core/latest.ts';

test('a further value takes the place of the one set longest ago', () => {
  const latest = new Latest<string, number>({ countMax: 2 });
  latest.set('a', 1);
  latest.set('b', 2);
  latest.set('c', 3);
  expect([...latest]).toEqual([
    ['b', 2],
    ['c', 3],
  ]);
  expect(latest.get('a')).toBeUndefined();
});

test('a value that is set again is the latest, and reading one changes nothing', () => {
  const latest = new Latest<string, number>({ countMax: 2 });
  latest.set('a', 1);
  latest.set('b', 2);
  latest.set('a', 3);
  expect(latest.get('b')).toBe(2);
  latest.set('c', 4);
  expect([...latest]).toEqual([
    ['a', 3],
    ['c', 4],
  ]);
});

test('what is deleted makes room', () => {
  const latest = new Latest<string, number>({ countMax: 2 });
  latest.set('a', 1);
  latest.set('b', 2);
  latest.delete('b');
  latest.set('c', 3);
  expect(latest.get('a')).toBe(1);
  latest.clear();
  expect([...latest]).toEqual([]);
});
