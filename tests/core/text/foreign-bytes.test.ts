import { describe, expect, test } from 'vitest';
import { mended, readForeignBytes } from '#core/text/foreign-bytes.ts';

/** Written by hand or by `iconv -t`, as the programs of that place write. */
const written: readonly [string, string, string][] = [
  ['UTF-8', 'e299ab20c389646974682050696166', '♫ Édith Piaf'],
  ['UTF-8, cut in the middle of a letter', 'd092d0bed0bad0b0d0bbd0b8d0b7d0', 'Вокализ'],
  ['UTF-8, cut in the middle of a note', '6120e29cb020f09f8e', 'a ✰ '],
  ['UTF-8, with a broken letter inside', 'c3a9c3a9c320c3a9', 'éé é'],
  ['Latin-1', '4361666520c0206c61206d616973f36e', 'Cafe À la maisón'],
  ['Latin-1, that ends in what could begin UTF-8', '436166e9', 'Café'],
  ['Latin-1, two letters in a row', '4772f6df65', 'Größe'],
  ['Windows-1252', '426af6726b209620933a29948531', 'Björk – “:)”…1'],
  ['Windows-1251', 'd1e5f0e3e5e920d0e0f5ece0ede8edeee2', 'Сергей Рахманинов'],
  ['Windows-1251 beside Latin letters', 'caffede8202d204c6976652032303234', 'Кяни - Live 2024'],
  ['KOI8-R', 'f3c5d2c7c5ca20f2c1c8cdc1cec9cecfd7', 'Сергей Рахманинов'],
  ['Shift-JIS', '89f39546202d2083658358836782cc89cc', '壊彦 - テストの歌'],
  ['nothing', '', ''],
];

describe('text whose encoding nobody names', () => {
  test.each(written)('%s', (_, hex, text) => {
    expect(readForeignBytes(Buffer.from(hex, 'hex'))).toBe(text);
  });

  test('is corrected where it was taken for Latin-1 on its way, and left alone elsewhere', () => {
    expect(mended('Ñåðãåé')).toBe('Сергей');
    expect(mended('Ã‰dith'.replace('‰', '\u0089'))).toBe('Édith');
    for (const text of ['Björk', 'Café', 'Сергей', 'Größe', 'plain', '東京']) expect(mended(text)).toBe(text);
  });
});
