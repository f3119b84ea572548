import type { PublicationContent } from '#contracts/publisher.ts';
import { isGuildmeshError } from '#core/errors.ts';
import { splitText } from '#core/text/split.ts';
import { fitContent } from '../shared/fit-content.ts';
import { fitsPost, postLength, postLengthMax } from './length.ts';
import type { XOptions } from './options.ts';

export interface PostTexts {
  /** One text, or the parts of a thread. */
  parts: string[];
  warnings: string[];
  problems: string[];
}

/** The text of the post, shortened or, where the target allows it, in several parts. */
export function postTexts(content: PublicationContent, options: XOptions): PostTexts {
  try {
    const { whole, text, outcome } = fitContent(content, fitsPost);
    if (outcome === 'whole') return { parts: [text], warnings: [], problems: [] };
    if (options.thread) return thread(whole, options.threadPartsMax);
    if (outcome === 'too-long') return { parts: [text], warnings: [], problems: [tooLong(text)] };
    const warning = `The text counts ${postLength(whole)} and was shortened to X’s ${postLengthMax}; shorten it yourself, or allow a thread in the target’s options.`;
    return { parts: [text], warnings: [warning], problems: [] };
  } catch (error) {
    if (!isGuildmeshError(error, 'TEXT_PLACEHOLDER_UNKNOWN')) throw error;
    return { parts: [], warnings: [], problems: [`${error.message} ${error.next}`] };
  }
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
