import { expect, test } from 'vitest';
import { defineErrors } from '#core/errors.ts';
import { onceStopped } from '#core/once-stopped.ts';
import { beyondBytes, exactBytes, roughBytes } from '#core/text/amounts.ts';
import { asClause, asSentence } from '#core/text/sentences.ts';

test.each([
  ['Bad credentials.', 'Bad credentials', 'Bad credentials.'],
  ['wait ...', 'wait ...', 'wait ...'],
  ['why?', 'why?', 'why?'],
  ['cut…', 'cut…', 'cut…'],
  ['', '', ''],
])('%j is the clause %j and the sentence %j', (text, clause, sentence) => {
  expect([asClause(text), asSentence(text)]).toEqual([clause, sentence]);
});

test.each([
  ['It says: no.. Try again..', 'It says: no. Try again.'],
  ['It asks: why?. Then!.', 'It asks: why? Then!'],
  ['cut…. and so on ... yes', 'cut… and so on ... yes'],
  ['v1..2 and a/../b', 'v1..2 and a/../b'],
])('%j reads %j', (text, read) => {
  expect(onceStopped(text)).toBe(read);
});

test('an error that quotes a sentence has one full stop', () => {
  const errors = defineErrors({
    TEST: { kind: 'remote', message: (d: { why: string }) => `X refused it: ${d.why}.`, next: () => 'Wait.' },
  });
  expect(errors.TEST({ why: 'Duplicate content.' }).message).toBe('X refused it: Duplicate content.');
});

test.each([
  [0, '0 bytes'],
  [1, '1 byte'],
  [11, '11 bytes'],
  [1_023, '1,023 bytes'],
  [1_024, '1 KiB'],
  [1_536, '1.5 KiB'],
  [1_048_575, '1 MiB'],
  [16_777_216, '16 MiB'],
  [3 * 1_024 ** 4, '3 TiB'],
  [5_000 * 1_024 ** 4, '5,000 TiB'],
])('%d bytes are about %s', (bytes, words) => {
  expect(roughBytes(bytes)).toBe(words);
});

test('a limit that was passed by a byte is shown to the byte', () => {
  expect(beyondBytes(16_777_217, 16_777_216)).toEqual({ has: '16,777,217 bytes', takes: '16,777,216 bytes' });
  expect(beyondBytes(20_000_000, 16_777_216)).toEqual({ has: '19.1 MiB', takes: '16 MiB' });
  expect(exactBytes(1_234)).toBe('1,234 bytes');
});
