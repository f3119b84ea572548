import { cutsOf, lastFitting, wordEndBefore } from './cuts.ts';
import { wholeSpans } from './spans.ts';

export interface SplitText {
  parts: string[];
  /** What didn't fit: there were too many parts, or a piece that must stay whole is too long for one. */
  rest: string;
}

/**
 * Parts that each `fits`, together all of the text except the white space between them. Cuts where `shorten` would, and
 * adds nothing.
 */
export function splitText(text: string, fits: (text: string) => boolean, partsMax: number): SplitText {
  const parts: string[] = [];
  let rest = text.trim();
  while (rest !== '' && parts.length < partsMax) {
    const end = fits(rest) ? rest.length : firstPartEnd(rest, fits);
    const part = rest.slice(0, end).trim();
    if (part === '') break;
    parts.push(part);
    rest = rest.slice(end).trim();
  }
  return { parts, rest };
}

function firstPartEnd(text: string, fits: (text: string) => boolean): number {
  const cuts = cutsOf(text, wholeSpans(text));
  const cut = lastFitting(cuts.length, (index) => fits(text.slice(0, cuts[index]).trim())) ?? 0;
  return cuts[wordEndBefore(text, cuts, cut)] ?? 0;
}
