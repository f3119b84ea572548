import { lineAt, type SourceFile } from './scan.ts';

/** Where a sentence begins: at a paragraph, item, cell or bold type, or after another sentence. Headings are none. */
const sentence = /(?:^|\n[ \t]*\n|[.!?:;]\s+|\*\*|\||\n[ \t>]*(?:[-*]|\d+\.)\s)[\s>*]*/.source;

/** Words over which readers new to the project stumble, each with what to write instead. */
const avoided: readonly { pattern: RegExp; instead: string }[] = [
  { pattern: /\banew\b/gi, instead: 'again, or what happens: restarted, replaced, rendered again' },
  { pattern: /\bby (?:(?:it|him|her|one)self|themselves)\b/gi, instead: 'automatically, or on its own' },
  { pattern: /\bwho(?:m|so)?ever\b/gi, instead: 'anyone who, or name them: the caller, people who' },
  { pattern: /\b(?:is|are|be|being) told\b(?! apart)/gi, instead: 'is notified, gets, reads' },
  { pattern: /\bmend(?:s|ed|ing)?\b/gi, instead: 'fix, correct or repair' },
  { pattern: /\b(?:to|for|than) who\b/g, instead: 'anyone who, or name them' },
  { pattern: new RegExp(`${sentence}Of\\s`, 'g'), instead: 'the subject first: The size of …, Only for …' },
  {
    pattern: new RegExp(`${sentence}Whom?\\s(?!\\|)(?![^.?!]*\\?)`, 'g'),
    instead: 'the subject first: People who …, The hub that …',
  },
];

/** Each use of an avoided word in the comments of a source; its strings are not read. */
export function oddComments({ path, text, comments }: SourceFile): string[] {
  return comments.flatMap(({ start, end }) =>
    oddWords(path, unmarked(text.slice(start, end)), lineAt(text, start)),
  );
}

/** The same for a page of Markdown. Its code and what it quotes are not its own words. */
export function oddProse(path: string, page: string): string[] {
  return oddWords(path, page.replace(/^```[\s\S]*?^```|“[^”]*”/gm, blanked), 1);
}

function oddWords(path: string, text: string, firstLine: number): string[] {
  const prose = text.replace(/`[^`]*`|"[^"\n]*"/g, blanked);
  return avoided.flatMap(({ pattern, instead }) =>
    [...prose.matchAll(pattern)].map(([match], index, all) => {
      const found = match.replace(/^[^A-Za-z]*/, '').trim();
      const at = (all[index]?.index ?? 0) + match.indexOf(found);
      return `${path}:${firstLine + lineAt(prose, at) - 1} says “${found}”: write ${instead}`;
    }),
  );
}

/** A comment without its marks; lines stay. */
function unmarked(comment: string): string {
  return comment
    .replace(/^\/[/*]+|\*\/$/g, '')
    .replace(/^[ \t]*\*/gm, '')
    .trimEnd();
}

function blanked(text: string): string {
  return text.replace(/[^\n]/g, 'x');
}
