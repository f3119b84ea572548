/** Shorter values would black out ordinary words. */
export const secretLengthMin = 6;
const MASK = '[secret]';

/**
 * Knows the secret values of this process and takes them out of any text on its way out: plain, as JSON spells them,
 * URL-encoded, and base64 or base64url at each of the three byte offsets a value can sit at.
 */
export class Scrubber {
  readonly #needles = new Set<string>();

  add(value: string): void {
    if (value.length < secretLengthMin) return;
    for (const needle of spellingsOf(value)) this.#needles.add(needle);
  }

  /** Rises when it has learned something. */
  get spellingCount(): number {
    return this.#needles.size;
  }

  /** Of the longest spelling it looks for: how far apart two halves of one can be. */
  get spellingLengthMax(): number {
    return Math.max(0, ...[...this.#needles].map(({ length }) => length));
  }

  scrub(text: string): string {
    let clean = '';
    let copied = 0;
    for (const { start, end } of this.find(text)) {
      clean += text.slice(copied, start) + MASK;
      copied = end;
    }
    return clean + text.slice(copied);
  }

  /** Where known values stand, in order; a hit that overlaps the one before only widens it. */
  find(text: string): Hit[] {
    const found: Hit[] = [];
    for (const hit of this.#hits(text)) {
      const last = found.at(-1);
      if (last && hit.start < last.end) last.end = Math.max(last.end, hit.end);
      else found.push({ ...hit });
    }
    return found;
  }

  #hits(text: string): Hit[] {
    // RFC 3986 §2.1: `%2f` means what `%2F` means. The length, and so every position, stays.
    const upperCase = text.replace(/%[0-9a-f]{2}/gi, (hex) => hex.toUpperCase());
    const texts = upperCase === text ? [text] : [text, upperCase];
    const hits = [...this.#needles].flatMap((needle) => texts.flatMap((inside) => hitsOf(needle, inside)));
    return hits.sort((a, b) => a.start - b.start || b.end - a.end);
  }
}

export interface Hit {
  start: number;
  end: number;
}

function hitsOf(needle: string, text: string): Hit[] {
  const hits: Hit[] = [];
  for (let start = text.indexOf(needle); start !== -1; start = text.indexOf(needle, start + 1))
    hits.push({ start, end: start + needle.length });
  return hits;
}

function spellingsOf(value: string): string[] {
  // The URL and base64 encoders know no lone surrogates.
  const wellFormed = value.toWellFormed();
  const form = new URLSearchParams({ v: wellFormed }).toString().slice(2);
  const plain = [value, JSON.stringify(value).slice(1, -1)];
  const encoded = [encodeURIComponent(wellFormed), form, ...base64SpellingsOf(wellFormed)];
  // Base64 inside a URL is percent-encoded in turn.
  const nested = base64SpellingsOf(wellFormed).map(encodeURIComponent);
  return [...plain, ...encoded, ...nested];
}

/**
 * Base64 of a value inside a longer text depends on its offset modulo 3. Of each variant only the part that
 * neither neighbour can change is kept.
 */
function base64SpellingsOf(value: string): string[] {
  const spellings: string[] = [];
  for (const offset of [0, 1, 2]) {
    const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(value)]);
    const stableEnd = Math.floor((bytes.length * 8) / 6);
    const stableStart = Math.ceil((offset * 8) / 6);
    for (const encoding of ['base64', 'base64url'] as const) {
      const stable = bytes.toString(encoding).slice(stableStart, stableEnd);
      if (stable.length >= secretLengthMin) spellings.push(stable);
    }
  }
  return spellings;
}
