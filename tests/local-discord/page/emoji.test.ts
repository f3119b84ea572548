import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fontCharacters } from './support/font-characters.ts';

const root = join(import.meta.dirname, '../../..');
const font = readFileSync(join(root, 'packages/local-discord/src/page/emoji/emoji.woff2'));
const fontMaxBytes = 60_000;
const sources = ['commands', 'plugins', 'src', 'packages/local-discord/src'].map(
  (folder) => `${folder}/**/*.{ts,tsx}`,
);
/** Signs of text that Unicode counts as pictures, but that every font has. */
const textSigns = new Set(['©', '®', '™', '↔', '↩', '↪']);

test('the page’s own font draws every emoji that a view can show, in little space', () => {
  const drawn = fontCharacters(font);
  const missing = usedEmoji().filter((emoji) => !drawn.has(emoji));
  expect(missing.join(''), 'see packages/local-discord/src/page/emoji/README.md').toBe('');
  expect(font.byteLength).toBeLessThan(fontMaxBytes);
});

function usedEmoji(): string[] {
  const texts = globSync(sources, { cwd: root }).map((path) => readFileSync(join(root, path), 'utf8'));
  const used = texts.flatMap((text) => text.match(/\p{Extended_Pictographic}/gu) ?? []);
  return [...new Set(used)].filter((emoji) => !textSigns.has(emoji)).sort();
}
