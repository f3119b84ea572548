import { cleanLine } from '#core/text/clean-line.ts';
import { mended } from '#core/text/foreign-bytes.ts';
import type { ItemFacts } from '../source/contract.ts';

export const tagLengthMax = 200;
/** What is looked at of a tag before it is cleaned: enough for any title, and for what cleaning takes away. */
export const rawLengthMax = 2_000;

/** A tag as people may read it: one line, without direction and control characters, in letters that were meant. */
export function tagLine(text: string): string {
  const line = cleanLine(mended(text.slice(0, rawLengthMax).toWellFormed()), tagLengthMax);
  return line.replace(/ {2,}/g, ' ');
}

/** Facts of what has no more than a name. */
export function namedFacts(name: string): ItemFacts {
  return { title: tagLine(name) || 'untitled' };
}
