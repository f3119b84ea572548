import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { splitText } from '#core/text/split.ts';

const within = (lengthMax: number) => (text: string) => text.length <= lengthMax;

describe('splitText', () => {
  test.each([
    ['one two three', 7, 9, ['one two', 'three'], ''],
    ['one two three four', 7, 2, ['one two', 'three'], 'four'],
    ['see https://example.org/long', 10, 9, ['see'], 'https://example.org/long'],
    ['', 5, 9, [], ''],
  ])('%j in parts of %d', (text, lengthMax, partsMax, parts, rest) => {
    expect(splitText(text, within(lengthMax), partsMax)).toEqual({ parts, rest });
  });

  test('every part fits, and together they are the text', () => {
    fc.assert(
      fc.property(fc.lorem({ maxCount: 60 }), fc.integer({ min: 5, max: 80 }), (text, lengthMax) => {
        const { parts, rest } = splitText(text, within(lengthMax), 1_000);
        expect(rest).toBe('');
        for (const part of parts) expect(part.length).toBeLessThanOrEqual(lengthMax);
        expect(parts.join('').replace(/\s/g, '')).toBe(text.replace(/\s/g, ''));
      }),
    );
  });
});
