import type { PublicationContent } from '#contracts/publisher.ts';
import { hasSpoiler, plainOfDiscord, withoutDiscordMarkup } from '#core/text/discord-markup.ts';
import { spoilerMark } from '#core/text/file-names.ts';

/** For platforms that read Markdown: the same text without anything that only Discord understands. */
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

/** A section that GitHub shows on demand. */
export function folded(hidden: string): string {
  return `<details><summary>Spoiler</summary>${hidden}</details>`;
}

/** For platforms that can't hide text: the hidden text of a spoiler is left out there, with a warning. */
export function spoilerWarnings(content: PublicationContent, platform: string): string[] {
  if (!hasSpoiler(content.title) && !hasSpoiler(content.body)) return [];
  return [`“[spoiler]” stands for what ||…|| hides: ${platform} can’t hide a text.`];
}

/** Files that Discord hides until the reader opens them. */
export function hiddenFiles({ media }: Pick<PublicationContent, 'media'>): string[] {
  return media.map(({ name }) => name).filter((name) => name.startsWith(spoilerMark));
}
