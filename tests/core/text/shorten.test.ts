import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { shorten } from '#core/text/shorten.ts';

const within = (lengthMax: number) => (text: string) => text.length <= lengthMax;

describe('shorten', () => {
  test.each([
    ['fits', 10, 'fits'],
    ['a few words more than fit', 12, 'a few words…'],
    ['abcdefghij', 5, 'abcd…'],
    ['see https://example.org/long/path now', 20, 'see…'],
    ['see https://example.org/a now and then', 29, 'see https://example.org/a …'],
    ['see example.org/long/path now', 12, 'see…'],
    ['read [the notes](https://example.org/n) now', 30, 'read…'],
    ['hello @someone.else there', 12, 'hello…'],
    ['hello <@123456789012345678> there', 12, 'hello…'],
    ['tagged #LiveAudio yes', 12, 'tagged…'],
    ['run `npm install thing` now', 14, 'run…'],
    ['run ``a ` b`` and much more', 10, 'run…'],
    ['see\n```\na\nb\n```\nend of it', 9, 'see…'],
    ['a👩‍👩‍👧b', 6, 'a…'],
    ['https://example.org/only', 5, '…'],
  ])('%j in %d → %j', (text, lengthMax, expected) => {
    expect(shorten(text, within(lengthMax))).toBe(expected);
  });

  test('is empty when nothing fits', () => {
    expect(shorten('anything', () => false)).toBe('');
  });

  const piece = fc.oneof(
    fc.constantFrom(' ', '\n', '`', '(', '. ', '@name', '#tag', '<@1>'),
    fc.webUrl(),
    fc.string({ unit: 'grapheme', maxLength: 8 }),
    fc.string({ maxLength: 12 }).map((code) => `\`${code.replaceAll('`', '')}x\``),
  );
  const texts = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(''));

  test('fits, is a beginning, and ends between graphemes and outside addresses', () => {
    fc.assert(
      fc.property(texts, fc.integer({ min: 0, max: 200 }), (text, lengthMax) => {
        const short = shorten(text, within(lengthMax));
        expect(short.length).toBeLessThanOrEqual(lengthMax);
        if (text.length <= lengthMax || short === '') return;
        const kept = short.replace(/ ?…$/, '');
        expect(text.startsWith(kept)).toBe(true);
        const boundaries = new Set(
          [...new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(text)].map((s) => s.index),
        );
        expect(boundaries.has(kept.length)).toBe(true);
        for (const match of text.matchAll(/https?:\/\/[^\s<>]+/g)) {
          const inside = kept.length > match.index && kept.length < match.index + match[0].length;
          expect(inside, `${JSON.stringify(kept)} cuts ${match[0]}`).toBe(false);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('keeps as much as fits: one word more would be too long', () => {
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^[a-z]{1,9}$/), { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1, max: 80 }),
        (words, lengthMax) => {
          const text = words.join(' ');
          const short = shorten(text, within(lengthMax));
          if (text.length <= lengthMax) expect(short).toBe(text);
          else expect(short.length).toBeGreaterThan(lengthMax - 11);
        },
      ),
    );
  });

  test('asks about short texts only, few times, however long the text is', () => {
    let asked = 0;
    let charactersAsked = 0;
    const long = 'word '.repeat(100_000);
    shorten(long, (text) => {
      asked += 1;
      if (text !== long) charactersAsked += text.length;
      return text.length <= 280;
    });
    expect(asked).toBeLessThan(30);
    expect(charactersAsked).toBeLessThan(10_000);
  });
});
