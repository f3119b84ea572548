import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { optionWordOf, quotedIfNeeded, wordsOf } from '../../packages/local-discord/src/people/typed-line.ts';

describe('wordsOf', () => {
  test('gives each word its place', () => {
    expect(wordsOf('/relay start  title:"two words"').map(({ start, end }) => [start, end])).toEqual([
      [0, 6],
      [7, 12],
      [14, 31],
    ]);
  });

  test('finds name, value and where the value begins', () => {
    const [, word] = wordsOf('/say text:"it\\"s: here"');
    expect(word && optionWordOf(word)).toEqual({
      name: 'text',
      value: 'it"s: here',
      start: 5,
      end: 23,
      valueStart: 10,
    });
  });

  test('has no option in a word without a colon or with an empty name', () => {
    expect(wordsOf('start :x').map(optionWordOf)).toEqual([undefined, undefined]);
  });

  test('leaves nothing but blanks between the words of any line', () => {
    const line = fc.string({ unit: fc.constantFrom('a', 'b', ' ', ':', '"', "'", '\\', '#', '\t') });
    fc.assert(
      fc.property(line, (text) => {
        const words = wordsOf(text);
        const ends = [0, ...words.map(({ end }) => end)];
        const gaps = [...words.map(({ start }) => start), text.length].map((to, at) =>
          text.slice(ends[at], to),
        );
        expect(gaps.join('').trim()).toBe('');
        expect(words.every(({ start, end }) => end > start)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  test('keeps together what is quoted, and gives names their values', () => {
    const words = wordsOf(`a "b c" d:"e f" g:it's h:"say \\"x\\"" url:http://x:1/y text:""`);
    expect(words.map((word) => optionWordOf(word)?.value ?? word.text)).toEqual([
      'a',
      'b c',
      'e f',
      "it's",
      'say "x"',
      'http://x:1/y',
      '',
    ]);
    expect(words.map((word) => optionWordOf(word)?.name)).toEqual([
      undefined,
      undefined,
      'd',
      'g',
      'h',
      'url',
      'text',
    ]);
  });

  test('takes a word of nothing but an escaped quote for a word', () => {
    expect(wordsOf('a \\"').map(({ text }) => text)).toEqual(['a', '"']);
  });

  test('reads back every value it quotes', () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        const [word] = wordsOf(`name:${quotedIfNeeded(value)}`);
        expect(word && optionWordOf(word)?.value).toBe(value);
      }),
    );
  });
});
