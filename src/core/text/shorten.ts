import { cutsOf, lastFitting, wordEndBefore } from './cuts.ts';
import { wholeSpans } from './spans.ts';

const ellipsis = '…';

/**
 * The longest beginning of `text`, with an ellipsis, that `fits`; all of it where it fits unchanged. Never cuts a
 * grapheme, an address, a Markdown link, a mention-like token or a code span: whatever can't be kept whole is left out.
 * `fits` must not accept a text after it refused a shorter one. Empty when not even the ellipsis fits.
 */
export function shorten(text: string, fits: (text: string) => boolean): string {
  if (fits(text)) return text;
  const whole = wholeSpans(text);
  const cuts = cutsOf(text, whole);
  const linkEnds = new Set(whole.map((span) => span.end));
  function beginning(cut: number): string {
    const kept = text.slice(0, cuts[cut]).trimEnd();
    // An ellipsis that touches an address or a name becomes part of it.
    return linkEnds.has(kept.length) ? `${kept} ${ellipsis}` : kept + ellipsis;
  }

  const cut = lastFitting(cuts.length, (index) => fits(beginning(index)));
  if (cut === undefined) return '';
  const atWord = wordEndBefore(text, cuts, cut);
  const candidate = beginning(atWord);
  return fits(candidate) ? candidate : beginning(cut);
}
