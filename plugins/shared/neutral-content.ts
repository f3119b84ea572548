import type { PublicationContent } from '#contracts/publisher.ts';
import { hasSpoiler, plainOfDiscord, withoutDiscordMarkup } from '#core/text/discord-markup.ts';

/** For platforms that read Markdown: the same words, with nothing in them that only Discord understands. */
export function neutralContent(
  content: PublicationContent,
  spoiler?: (hidden: string) => string,
): PublicationContent {
  const { title, body, template, names } = content;
  const options = { names, ...(spoiler && { spoiler }) };
  return {
    ...content,
    title: plainOfDiscord(title, names),
    body: withoutDiscordMarkup(body, options),
    ...(template === undefined ? {} : { template: withoutDiscordMarkup(template, options) }),
  };
}

/** A fold that GitHub opens on demand. */
export function folded(hidden: string): string {
  return `<details><summary>Spoiler</summary>${hidden}</details>`;
}

/** For platforms that can't hide a text: what a spoiler hides is left out there, and people are told. */
export function spoilerWarnings({ title, body }: PublicationContent, platform: string): string[] {
  if (!hasSpoiler(title) && !hasSpoiler(body)) return [];
  return [`“[spoiler]” stands for what ||…|| hides: ${platform} can’t hide a text.`];
}
