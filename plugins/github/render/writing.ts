import type { PublicationContent } from '#contracts/publisher.ts';
import { findMentions } from '#core/text/mentions.ts';
import { fillTemplate } from '#core/text/template.ts';
import type { GithubKind } from '../options.ts';

const mentionsShownMax = 5;
const withHeading = '# {title}\n\n{body}\n\n{link}\n\n{tags}';
const withoutHeading = '{body}\n\n{link}\n\n{tags}';

/** The publication as GitHub Markdown, by the target's template. Throws TEXT_PLACEHOLDER_UNKNOWN. */
export function writingOf(
  content: PublicationContent,
  kind: GithubKind,
): { text: string; warnings: string[]; problems: string[] } {
  const standsAlone = kind === 'release' || kind === 'pull-request' || kind === 'pages';
  const text = fillTemplate(content.template ?? (standsAlone ? withoutHeading : withHeading), {
    title: content.title,
    body: content.body,
    link: content.link ?? '',
    // "#12" would become a link to issue 12.
    tags: content.tags.map((tag) => `\`${tag.replaceAll('`', '')}\``).join(' '),
  });
  const isEmpty = content.body.trim() === '' && !content.link && content.media.length === 0;
  const problems = isEmpty ? ['There is nothing to publish: add a text, a link or a file.'] : [];
  const called = kind === 'release' || kind === 'pull-request' ? handlesIn(text) : [];
  const warnings = called.length > 0 ? [`GitHub will notify ${called.join(', ')} when this is posted.`] : [];
  return { text, warnings, problems };
}

function handlesIn(text: string): string[] {
  const handles = findMentions(text).filter(({ kind }) => kind === 'handle');
  return [...new Set(handles.map((mention) => mention.text))].slice(0, mentionsShownMax);
}
