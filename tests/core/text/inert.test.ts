import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cutGraphemes, inert, inertSentence } from '#core/text/inert.ts';

describe('inert', () => {
  test.each([
    ['@everyone', '\\@everyone'],
    ['<@123>', '\\<\\@123\\>'],
    ['**bold** `code`', '\\*\\*bold\\*\\* \\`code\\`'],
    ['[click](https://evil.example)', '\\[click\\]\\(https\\://evil.example\\)'],
    ['a\u202eb\u0000c\u200bd\ne', 'abcde'],
    ['# big', '\\# big'],
  ])('%j → %j', (text, disarmed) => {
    expect(inert(text)).toBe(disarmed);
  });

  test('no text gets a control or direction character, or an unescaped mention, through', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        const disarmed = inert(text);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
        expect(disarmed).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/);
        expect(disarmed.replace(/\\[\s\S]/g, '')).not.toMatch(/[@<`*_~|#]/);
      }),
    );
  });
});

describe('inertSentence', () => {
  test.each([
    ['The bot can’t see <#123456789012345678>.', 'The bot can’t see <#123456789012345678>.'],
    [
      '<@123456789012345678> <@&123456789012345678>',
      '\\<\\@123456789012345678\\> \\<\\@&123456789012345678\\>',
    ],
    ['<#everyone> **x**', '\\<\\#everyone\\> \\*\\*x\\*\\*'],
  ])('%j → %j', (text, disarmed) => {
    expect(inertSentence(text)).toBe(disarmed);
  });
});

describe('cutGraphemes', () => {
  test('keeps short text, cuts long text between graphemes', () => {
    expect(cutGraphemes('abc', 3)).toBe('abc');
    expect(cutGraphemes('abcd', 3)).toBe('ab…');
    expect(cutGraphemes('a👩‍👩‍👧b', 6)).toBe('a…');
  });

  test('is never longer than asked', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 20 }), (text, max) => {
        expect(cutGraphemes(text, max).length).toBeLessThanOrEqual(max);
      }),
    );
  });
});
