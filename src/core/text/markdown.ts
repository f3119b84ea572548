import { type DiscordNames, quotedToTheEnd, withoutDiscordMarkup } from './discord-markup.ts';
import { parseBlocks } from './markdown/blocks.ts';
import { blocksDiscord } from './markdown/discord.ts';
import { blocksHtml } from './markdown/html.ts';
import { blocksPlain } from './markdown/plain.ts';

/**
 * Text without marks: what networks that know no Markdown show. A link is its label and its address; what a spoiler
 * hides is left out.
 */
export function markdownToPlain(markdown: string, names?: DiscordNames): string {
  return blocksPlain(parseBlocks(withoutDiscordMarkup(markdown, { names })), '\n\n');
}

/**
 * Only p, h1 to h6, ul, ol, li, blockquote, pre, code, strong, em, del, hr, br and a with a web or mail address come
 * out; everything else, raw HTML too, is escaped text. Images become links: a page that shows them tells who reads it.
 * What a spoiler hides is left out.
 */
export function markdownToHtml(markdown: string, names?: DiscordNames): string {
  return blocksHtml(parseBlocks(withoutDiscordMarkup(markdown, { names })));
}

/**
 * Markdown as Discord reads it: three levels of headings, masked links, lists nested by two spaces. Literal marks are
 * escaped, Discord's own forms and spoilers stay. @everyone and @here call nobody; that `<@id>` doesn't is for the
 * request's allowed mentions.
 */
export function markdownToDiscord(markdown: string): string {
  return blocksDiscord(parseBlocks(quotedToTheEnd(markdown)), '\n\n');
}
