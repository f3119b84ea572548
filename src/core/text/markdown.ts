import { parseBlocks } from './markdown/blocks.ts';
import { blocksDiscord } from './markdown/discord.ts';
import { blocksHtml } from './markdown/html.ts';
import { blocksPlain } from './markdown/plain.ts';

/** Text without marks: what networks that know no Markdown show. A link is its label and its address. */
export function markdownToPlain(markdown: string): string {
  return blocksPlain(parseBlocks(markdown), '\n\n');
}

/**
 * Only p, h1 to h6, ul, ol, li, blockquote, pre, code, strong, em, del, hr, br and a with a web or mail address come
 * out; everything else, raw HTML too, is escaped text. Images become links: a page that shows them tells who reads it.
 */
export function markdownToHtml(markdown: string): string {
  return blocksHtml(parseBlocks(markdown));
}

/**
 * Markdown as Discord reads it: three levels of headings, masked links, lists nested by two spaces. Literal marks are
 * escaped and nothing in it calls anyone, whatever the request's allowed mentions say.
 */
export function markdownToDiscord(markdown: string): string {
  return blocksDiscord(parseBlocks(markdown), '\n\n');
}
