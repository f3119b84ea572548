import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  optionWordOf,
  quotedIfNeeded,
  wordsOf,
} from '../../../../packages/local-discord/src/page/model/typed-line.ts';
import { splitWords } from '../../../../packages/local-discord/src/people/typed-words.ts';

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

  test('reads any line as the playground does', () => {
    const line = fc.string({ unit: fc.constantFrom('a', 'b', ' ', ':', '"', "'", '\\', '#', '\t') });
    fc.assert(
      fc.property(line, (text) => {
        // A word that has nothing but escaped quotes is dropped by the playground; nobody types that.
        fc.pre(!/(^|\s)\\/.test(text));
        const ours = wordsOf(text).map((word) => {
          const option = optionWordOf(word);
          return option
            ? { text: word.text, option: { name: option.name, value: option.value } }
            : { text: word.text };
        });
        expect(ours).toEqual(splitWords(text));
      }),
      { numRuns: 2_000 },
    );
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
