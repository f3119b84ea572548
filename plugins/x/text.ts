import type { PublicationContent } from '#contracts/publisher.ts';
import { isGuildmeshError } from '#core/errors.ts';
import { hashtags } from '#core/text/hashtags.ts';
import { markdownToPlain } from '#core/text/markdown.ts';
import { shorten } from '#core/text/shorten.ts';
import { splitText } from '#core/text/split.ts';
import { fillTemplate } from '#core/text/template.ts';
import { fitsPost, postLength, postLengthMax } from './length.ts';
import type { XOptions } from './options.ts';

const ownTemplate = '{title}\n\n{body}\n\n{link}\n\n{tags}';

export interface PostTexts {
  /** One, or the parts of a thread. */
  parts: string[];
  warnings: string[];
  problems: string[];
}

/** The words of the post: the body gives way first, then the title; link and tags stay. */
export function postTexts(content: PublicationContent, options: XOptions): PostTexts {
  try {
    const fill = filler(content);
    const title = content.title.trim();
    const body = markdownToPlain(content.body);
    const whole = fill(title, body);
    if (fitsPost(whole)) return { parts: [whole], warnings: [], problems: [] };
    return options.thread ? thread(whole, options.threadPartsMax) : single(fill, title, body, whole);
  } catch (error) {
    if (!isGuildmeshError(error, 'TEXT_PLACEHOLDER_UNKNOWN')) throw error;
    return { parts: [], warnings: [], problems: [`${error.message} ${error.next}`] };
  }
}

type Fill = (title: string, body: string) => string;

function filler(content: PublicationContent): Fill {
  const rest = { link: content.link ?? '', tags: hashtags(content.tags) };
  return (title, body) =>
    fillTemplate(content.template ?? ownTemplate, { title, body, ...rest }).normalize('NFC');
}

function single(fill: Fill, title: string, body: string, whole: string): PostTexts {
  const shortBody = shorten(body, (text) => fitsPost(fill(title, text)));
  const shortTitle = fitsPost(fill(title, shortBody))
    ? title
    : shorten(title, (text) => fitsPost(fill(text, '')));
  const text = fill(shortTitle, shortTitle === title ? shortBody : '');
  if (!fitsPost(text) || (title !== '' && shortTitle === '')) {
    return { parts: [whole], warnings: [], problems: [tooLong(text)] };
  }
  const length = postLength(whole);
  const warning = `The text counts ${length} and was shortened to X’s ${postLengthMax}; shorten it yourself, or allow a thread in the target’s options.`;
  return { parts: [text], warnings: [warning], problems: [] };
}

function thread(whole: string, partsMax: number): PostTexts {
  const { parts, rest } = splitText(whole, fitsPost, partsMax);
  const warnings = [
    'X restricts replies of apps: if it refuses a further part, the first post stays and the rest is left out.',
  ];
  if (rest === '') return { parts, warnings, problems: [] };
  const problem =
    parts.length === partsMax
      ? `The text needs more than the ${partsMax} posts that this target allows: shorten it.`
      : tooLong(rest);
  return { parts, warnings, problems: [problem] };
}

function tooLong(text: string): string {
  return `What can’t be shortened (link, tags, words of the template) counts ${postLength(text)} of ${postLengthMax}, or has characters that X refuses: take some of it out.`;
}
