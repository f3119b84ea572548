import { mended } from '#core/text/foreign-bytes.ts';
import { artistAndTitle } from '#core/text/playing-title.ts';

/** Texts of programs that know no title. */
const placeholders = /^(no desc|-)$/i;
/** Some networks write the title with more beside it: `title="…",artist="…"`. */
const attribute = (name: string) => new RegExp(`(?:^|,)\\s*${name}="([^"]*)"`, 'i');

/** The title in the text after an EXTINF's comma; empty for none. */
export function extinfTitle(text: string): string {
  const [artist, title] = ['artist', 'title'].map((name) => attribute(name).exec(text)?.[1]?.trim());
  if (title !== undefined) return mended(artistAndTitle({ title, artist }));
  return placeholders.test(text.trim()) ? '' : mended(text.trim());
}
