import type { PublicationContent } from '#contracts/publisher.ts';
import { plainOfDiscord } from '#core/text/discord-markup.ts';
import { hashtags } from '#core/text/hashtags.ts';
import { markdownToPlain } from '#core/text/markdown.ts';
import { shorten } from '#core/text/shorten.ts';
import { fillTemplate } from '#core/text/template.ts';

const ownTemplate = '{title}\n\n{body}\n\n{link}\n\n{tags}';

export interface FittedContent {
  /** The text before anything was left out. */
  whole: string;
  text: string;
  /** `too-long`: link, tags and the template's own text alone don't fit. */
  outcome: 'whole' | 'shortened' | 'too-long';
}

/**
 * The text of a short post: the body is shortened first, then the title; link and tags stay. Throws
 * TEXT_PLACEHOLDER_UNKNOWN.
 */
export function fitContent(content: PublicationContent, fits: (text: string) => boolean): FittedContent {
  const { names } = content;
  const title = plainOfDiscord(content.title.trim(), names);
  const body = markdownToPlain(content.body, names);
  const template = plainOfDiscord(content.template ?? ownTemplate, names);
  const rest = { link: content.link ?? '', tags: hashtags(content.tags) };
  function fill(withTitle: string, withBody: string): string {
    const fields = { title: withTitle, body: withBody, ...rest };
    return fillTemplate(template, fields).normalize('NFC');
  }

  const whole = fill(title, body);
  if (fits(whole)) return { whole, text: whole, outcome: 'whole' };
  const withTitle = fill(
    title,
    shorten(body, (candidate) => fits(fill(title, candidate))),
  );
  if (fits(withTitle)) return { whole, text: withTitle, outcome: 'shortened' };
  const shortTitle = shorten(title, (candidate) => fits(fill(candidate, '')));
  const text = fill(shortTitle, '');
  // A post without its title says nothing.
  const isShort = fits(text) && shortTitle !== '';
  return isShort
    ? { whole, text, outcome: 'shortened' }
    : { whole, text: fill(title, ''), outcome: 'too-long' };
}
