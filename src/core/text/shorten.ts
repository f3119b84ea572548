import { type Span, wholeSpans } from './spans.ts';

const ELLIPSIS = '…';
/** How many places a cut may move back to end with a whole word. */
const wordBackMax = 24;

/**
 * The longest beginning of `text`, with an ellipsis, that `fits`; all of it where it fits as it is. Never cuts a
 * grapheme, an address, a Markdown link, a mention-like token or a code span: what can't be kept whole is left out.
 * `fits` must not say yes to a text after saying no to a shorter one. Empty when not even the ellipsis fits.
 */
export function shorten(text: string, fits: (text: string) => boolean): string {
  if (fits(text)) return text;
  const whole = wholeSpans(text);
  const cuts = cutsOf(text, whole);
  const linkEnds = new Set(whole.map((span) => span.end));
  function beginning(cut: number): string {
    const kept = text.slice(0, cuts[cut]).trimEnd();
    // An ellipsis that touches an address or a name becomes part of it.
    return linkEnds.has(kept.length) ? `${kept} ${ELLIPSIS}` : kept + ELLIPSIS;
  }

  const cut = lastFitting(cuts.length, (index) => fits(beginning(index)));
  if (cut === undefined) return '';
  const atWord = wordEndBefore(text, cuts, cut);
  const candidate = beginning(atWord);
  return fits(candidate) ? candidate : beginning(cut);
}

/** Positions where the text may end, ascending, the first 0: between graphemes and outside what must stay whole. */
function cutsOf(text: string, whole: readonly Span[]): number[] {
  const cuts: number[] = [];
  let next = 0;
  for (const { index } of new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(text)) {
    while ((whole[next]?.end ?? Number.POSITIVE_INFINITY) <= index) next += 1;
    if (index > (whole[next]?.start ?? Number.POSITIVE_INFINITY)) continue;
    cuts.push(index);
  }
  return cuts;
}

/** Doubles until it no longer fits, then halves: `fits` never sees a text much longer than the answer. */
function lastFitting(count: number, fits: (index: number) => boolean): number | undefined {
  if (count === 0 || !fits(0)) return undefined;
  let fitting = 0;
  let refused = 1;
  while (refused < count && fits(refused)) {
    fitting = refused;
    refused *= 2;
  }
  refused = Math.min(refused, count);
  while (refused - fitting > 1) {
    const middle = Math.floor((fitting + refused) / 2);
    if (fits(middle)) fitting = middle;
    else refused = middle;
  }
  return fitting;
}

function wordEndBefore(text: string, cuts: readonly number[], cut: number): number {
  for (let index = cut; index > Math.max(0, cut - wordBackMax); index -= 1) {
    if (/\s/.test(text.charAt(cuts[index] ?? 0))) return index;
  }
  return cut;
}
