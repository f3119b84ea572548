/** Shorter values would black out ordinary words. */
const SECRET_LENGTH_MIN = 6;
const MASK = '[secret]';

/**
 * Knows the secret values of this process and takes them out of any text on its way out: plain, base64
 * (at each of the three byte offsets a value can sit at), base64url, and URL-encoded.
 */
export class Scrubber {
  readonly #needles = new Set<string>();

  add(value: string): void {
    if (value.length < SECRET_LENGTH_MIN) return;
    for (const needle of spellingsOf(value)) this.#needles.add(needle);
    // JSON escapes some characters; a log line is JSON.
    this.#needles.add(JSON.stringify(value).slice(1, -1));
  }

  scrub(text: string): string {
    let clean = text;
    for (const needle of this.#needles) {
      if (clean.includes(needle)) clean = clean.replaceAll(needle, MASK);
    }
    return clean;
  }
}

function spellingsOf(value: string): string[] {
  const percent = encodeURIComponent(value);
  const form = new URLSearchParams({ v: value }).toString().slice(2);
  return [value, percent, percent.toLowerCase(), form, ...base64SpellingsOf(value)];
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
      if (stable.length >= SECRET_LENGTH_MIN) spellings.push(stable);
    }
  }
  return spellings;
}
