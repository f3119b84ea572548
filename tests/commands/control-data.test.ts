import { expect, test } from 'vitest';
import { controlData, pageNumber, word } from '#commands/control-data.ts';

const turned = controlData({ id: word, page: pageNumber, target: word.optional() });

test.each([
  [{ id: 'a', page: 0, target: 'news' }, 'a 0 news'],
  [{ id: 'a', page: 12 }, 'a 12'],
])('%j is written as “%s”, and read as it was', (value, data) => {
  expect(turned.write(value)).toBe(data);
  expect(turned.read(data)).toEqual(value);
});

test.each(['', 'a', 'a x', 'a -1', 'a 1.5', ' 1 news'])('“%s”, which it never wrote, is refused', (data) => {
  expect(() => turned.read(data)).toThrow();
});

test.each(['two words', 'a\nb', ''])('a value that is no single word can’t be written: %j', (id) => {
  expect(() => turned.write({ id, page: 0 })).toThrow(RangeError);
});
