/** A part of a text: `[start, end)` in UTF-16 units. */
export interface Span {
  start: number;
  end: number;
}

/**
 * Passages that change or lose their meaning when cut: addresses (also without a scheme), Markdown links, Discord's
 * `<…>` forms, @names, #tags and $cashtags. Every quantifier is bounded or stops at a character it can't repeat, so the
 * search stays linear.
 */
const whole = [
  /!?\[[^[\]\n]{0,500}\]\([^()\s]{1,2000}\)/gu,
  /<[^\s<>]{1,2000}>/gu,
  /[a-z][a-z0-9+.-]{0,30}:\/\/[^\s<>]+/giu,
  /[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63})+(?:[/?#][^\s<>]*)?/gu,
  /[@#$][\p{L}\p{N}\p{M}_]+(?:[-.@][\p{L}\p{N}\p{M}_]+)*/gu,
];

/** The spans a cut must not fall into, merged and in order. */
export function wholeSpans(text: string): Span[] {
  const found = whole.flatMap((pattern) =>
    [...text.matchAll(pattern)].map((match) => ({ start: match.index, end: match.index + match[0].length })),
  );
  return merged([...found, ...codeSpans(text)]);
}

/** Code between runs of as many backticks, fenced blocks among them. */
export function codeSpans(text: string): Span[] {
  const runs = [...text.matchAll(/`+/g)].map((match) => ({ at: match.index, count: match[0].length }));
  const nextOfCount = new Map<number, number>();
  const closers = new Array<number | undefined>(runs.length);
  for (let index = runs.length - 1; index >= 0; index -= 1) {
    const count = runs[index]?.count ?? 0;
    closers[index] = nextOfCount.get(count);
    nextOfCount.set(count, index);
  }

  const spans: Span[] = [];
  for (let index = 0; index < runs.length; index += 1) {
    const opener = runs[index];
    const closerIndex = closers[index];
    const closer = closerIndex === undefined ? undefined : runs[closerIndex];
    if (!opener || !closer || closerIndex === undefined) continue;
    spans.push({ start: opener.at, end: closer.at + closer.count });
    index = closerIndex;
  }
  return spans;
}

function merged(spans: Span[]): Span[] {
  const result: Span[] = [];
  for (const span of spans.sort((a, b) => a.start - b.start || b.end - a.end)) {
    const last = result.at(-1);
    if (last && span.start < last.end) last.end = Math.max(last.end, span.end);
    else result.push({ ...span });
  }
  return result;
}
