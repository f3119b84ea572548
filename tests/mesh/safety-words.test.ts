import { describe, expect, test } from 'vitest';
import { safetyWordList } from '#mesh/safety-words/list.ts';
import { safetyWordCount, safetyWordsOf, sameWords } from '#mesh/safety-words/safety-words.ts';

const one = '12D3KooWN1LjoB6sfxVQ28fzR35TuJBMJdDjVkFZFzVz8LnSHvUw';
const other = '12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN';
const third = '12D3KooWSzPNQLPwVbwHLAHEHJxWBkKXZnvfhLpPJcsBjnTvdXoN';

describe('the word list', () => {
  test('holds at least 64 bits in six words', () => {
    expect(new Set(safetyWordList).size).toBe(safetyWordList.length);
    expect(safetyWordCount).toBe(6);
    expect(safetyWordCount * Math.log2(safetyWordList.length)).toBeGreaterThanOrEqual(64);
    expect(Number.isInteger(Math.log2(safetyWordList.length))).toBe(true);
  });

  test('is of short plain words, no two of which one slip of a finger makes the same', () => {
    expect(safetyWordList.filter((word) => !/^[a-z]{3,8}$/.test(word))).toEqual([]);
    // Two words are one edit apart just when a form of each with one letter left out, or changed, is the same.
    const owners = new Map<string, string>();
    const close: string[] = [];
    for (const word of safetyWordList) {
      const cut = Array.from(word, (_, index) => word.slice(0, index) + word.slice(index + 1));
      const changed = Array.from(word, (_, index) => `${word.slice(0, index)}?${word.slice(index + 1)}`);
      for (const form of new Set([word, ...cut, ...changed])) {
        const owner = owners.get(form);
        // Two cut forms alike are two edits apart; with a whole word it is one.
        const isClose = form.includes('?') || form === word || form === owner;
        if (owner && isClose) close.push(`${owner} ${word}`);
        if (!owner) owners.set(form, word);
      }
    }
    expect(close).toEqual([]);
  });
});

describe('safety words', () => {
  test('are the same on both sides, and of this pair alone', async () => {
    const words = await safetyWordsOf(one, other);
    expect(await safetyWordsOf(other, one)).toEqual(words);
    expect(words).toHaveLength(6);
    expect(words.filter((word) => !safetyWordList.includes(word))).toEqual([]);
    expect(await safetyWordsOf(one, third)).not.toEqual(words);
    expect(await safetyWordsOf(other, third)).not.toEqual(words);
  });

  test('never change: hubs of different versions must agree', async () => {
    expect(await safetyWordsOf(one, other)).toEqual('festival noise north papaya dormant urchin'.split(' '));
  });

  test.each([
    ['as shown', (words: string[]) => words.join(' ')],
    ['in capitals', (words: string[]) => words.join(' ').toUpperCase()],
    ['with commas', (words: string[]) => words.join(', ')],
    ['with dashes', (words: string[]) => words.join('-')],
    ['with long dashes', (words: string[]) => words.join(' – ')],
    ['numbered, on lines', (words: string[]) => words.map((word, at) => `${at + 1}. ${word}`).join('\n')],
    ['with spaces around', (words: string[]) => `  ${words.join('   ')}\u00a0`],
    ['full width', (words: string[]) => words.join('　')],
  ])('are taken %s', async (_, typed) => {
    const words = ['abacus', 'baby', 'cactus', 'dahlia', 'eager', 'fabric'];
    expect(sameWords(typed(words), words)).toBe(true);
  });

  test.each([
    ['five of them', 'abacus baby cactus dahlia eager'],
    ['seven', 'abacus baby cactus dahlia eager fabric fabric'],
    ['another order', 'baby abacus cactus dahlia eager fabric'],
    ['one other', 'abacus baby cactus dahlia eager gadget'],
    ['run together', 'abacusbaby cactus dahlia eager fabric'],
    ['none', '…'],
  ])('are not taken: %s', (_, typed) => {
    expect(sameWords(typed, ['abacus', 'baby', 'cactus', 'dahlia', 'eager', 'fabric'])).toBe(false);
  });
});
