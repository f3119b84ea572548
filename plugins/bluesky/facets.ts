import { graphemes } from './length.ts';

/** The meaning of a passage, by its UTF-8 bytes: app.bsky.richtext.facet, with names instead of identities. */
export interface Facet {
  byteStart: number;
  byteEnd: number;
  kind: 'link' | 'tag' | 'mention';
  /** Address, tag without its mark, or handle. */
  value: string;
}

const linkPattern = /https?:\/\/[^\s<>]+/giu;
const tagPattern = /(?<![\p{L}\p{N}\p{M}_/&#])#(?=[\p{L}\p{N}\p{M}_]*\p{L})[\p{L}\p{N}\p{M}_]+/gu;
const handlePattern = /(?<![\p{L}\p{N}_.@/])@[a-z0-9][a-z0-9-]{0,62}(?:\.[a-z0-9][a-z0-9-]{0,62})+/giu;
/** app.bsky.richtext.facet#tag */
const tagGraphemesMax = 64;

/** Links, tags and handles of a text, in order; none within another. */
export function facetsOf(text: string): Facet[] {
  const links = found(text, linkPattern, 'link').map((each) => ({
    ...each,
    whole: withoutPunctuation(each.whole),
  }));
  const free = (each: Found) =>
    !links.some(({ at, whole }) => each.at < at + whole.length && at < each.at + each.whole.length);
  const tags = found(text, tagPattern, 'tag').filter(({ whole }) => graphemes(whole) - 1 <= tagGraphemesMax);
  return [...links, ...[...tags, ...found(text, handlePattern, 'mention')].filter(free)]
    .sort((a, b) => a.at - b.at)
    .map(({ at, whole, kind }) => {
      const byteStart = Buffer.byteLength(text.slice(0, at));
      const value = kind === 'link' ? whole : whole.slice(1);
      return { byteStart, byteEnd: byteStart + Buffer.byteLength(whole), kind, value };
    });
}

interface Found {
  at: number;
  whole: string;
  kind: Facet['kind'];
}

function found(text: string, pattern: RegExp, kind: Facet['kind']): Found[] {
  return [...text.matchAll(pattern)].map((match) => ({ at: match.index, whole: match[0], kind }));
}

/** The mark at the end of a sentence isn't part of an address; a bracket only if it was opened in it. */
function withoutPunctuation(address: string): string {
  const trimmed = address.replace(/[.,;:!?'"*_~\]]+$/, '');
  const opened = trimmed.split('(').length;
  return trimmed.endsWith(')') && trimmed.split(')').length > opened ? trimmed.slice(0, -1) : trimmed;
}
