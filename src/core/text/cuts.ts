import type { Span } from './spans.ts';

/** How many places a cut may move back to end with a whole word. */
const wordBackMax = 24;

/** Positions where the text may end, ascending, the first 0: between graphemes and outside what must stay whole. */
export function cutsOf(text: string, whole: readonly Span[]): number[] {
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
export function lastFitting(count: number, fits: (index: number) => boolean): number | undefined {
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

export function wordEndBefore(text: string, cuts: readonly number[], cut: number): number {
  for (let index = cut; index > Math.max(0, cut - wordBackMax); index -= 1) {
    if (/\s/.test(text.charAt(cuts[index] ?? 0))) return index;
  }
  return cut;
}
