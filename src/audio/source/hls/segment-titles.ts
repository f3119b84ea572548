import { mended } from '#core/text/foreign-bytes.ts';
import { artistAndTitle } from '#core/text/playing-title.ts';

/** What programs write where they know no title. */
const placeholders = /^(no desc|-)$/i;
/** As some networks write it, with more beside it: `title="…",artist="…"`. */
const attribute = (name: string) => new RegExp(`(?:^|,)\\s*${name}="([^"]*)"`, 'i');

/** What the text after an EXTINF's comma says of its segment; empty for nothing. */
export function extinfTitle(text: string): string {
  const [artist, title] = ['artist', 'title'].map((name) => attribute(name).exec(text)?.[1]?.trim());
  if (title !== undefined) return mended(artistAndTitle({ title, artist }));
  return placeholders.test(text.trim()) ? '' : mended(text.trim());
}
