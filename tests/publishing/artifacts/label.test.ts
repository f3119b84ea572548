import { expect, test } from 'vitest';
import { checkedLabel, labelCharsMax, labelFrom } from '#publishing/artifacts/label.ts';

const hostile = [
  '../etc/passwd', '..', '.', '...', '. .', '/etc/passwd', 'a/b', 'a\\b', '..\\x', 'C:\\x', 'c:x', '..／x', '.…', '…', '‥/x',
  'a⁄b', 'a∕b', 'a⧸b', 'a＼b', 'a\0b', 'a\nb', 'a\rb', 'a\tb', 'a\u001b[31mb', 'a\u0085b', '\u202egnp.exe', 'a\u2066b', 'a\u200bb',
  'a\ufeffb', 'a\u{e0041}b', 'a\ud800b', 'a\u2028b', 'con', 'CON.txt', 'nul', 'Aux .log', 'com1', 'LPT9.txt', 'com¹', 'ＣＯＮ', '',
  '   ', 'x'.repeat(labelCharsMax + 1), 'ﷺ'.repeat(12), '..evil', '％2e％2e／x',
]; // biome-ignore format: a corpus

test.each(hostile)('%j is no label', (text) => {
  expect(() => checkedLabel(text)).toThrow(expect.objectContaining({ code: 'ARTIFACT_LABEL_INVALID' }));
});

test.each(hostile)('%j becomes one that is', (text) => {
  const label = labelFrom(text, 'artifact');
  expect(checkedLabel(label)).toBe(label);
});

test.each([
  ['report 1..2.pdf', 'report 1..2.pdf'],
  ['.env.example', '.env.example'],
  ['  Grüße, 世界 🎉  ', 'Grüße, 世界 🎉'],
  ['ﬁle①.txt', 'file1.txt'],
  ['console.log', 'console.log'],
  ['Build: ok', 'Build: ok'],
  ['a<b>"c"|d?*', 'a<b>"c"|d?*'],
])('%j is kept as %j', (text, label) => expect(checkedLabel(text)).toBe(label));
