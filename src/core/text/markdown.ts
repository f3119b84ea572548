import { type DiscordNames, quotedToTheEnd, withoutDiscordMarkup } from './discord-markup.ts';
import { parseBlocks } from './markdown/blocks.ts';
import { blocksDiscord } from './markdown/discord.ts';
import { blocksHtml } from './markdown/html.ts';
import { blocksPlain } from './markdown/plain.ts';

/**
 * Text without marks, for networks that know no Markdown. A link becomes its label and its address; what a spoiler
 * hides is left out.
 */
export function markdownToPlain(markdown: string, names?: DiscordNames): string {
  return blocksPlain(parseBlocks(withoutDiscordMarkup(markdown, { names })), '\n\n');
}

/**
 * The output has only p, h1 to h6, ul, ol, li, blockquote, pre, code, strong, em, del, hr, br and a with a web or mail
 * address; everything else, raw HTML too, is escaped text. Images become links, because a page that shows them reveals
 * its readers. What a spoiler hides is left out.
 */
export function markdownToHtml(markdown: string, names?: DiscordNames): string {
  return blocksHtml(parseBlocks(withoutDiscordMarkup(markdown, { names })));
}

/**
 * Markdown as Discord reads it: three levels of headings, masked links, lists nested by two spaces. Literal marks are
 * escaped, Discord's own markup and spoilers stay. @everyone and @here notify nobody; for `<@id>` the request's allowed
 * mentions see to that.
 */
export function markdownToDiscord(markdown: string): string {
  return blocksDiscord(parseBlocks(quotedToTheEnd(markdown)), '\n\n');
}
