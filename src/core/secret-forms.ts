/** How a secret value may appear in a text: its spellings, and the parts of an address that give it away. */
import { needleLengthMin } from './needles.ts';

const plainSegmentLengthMin = 16;
const mixedSegmentLengthMin = 8;

/**
 * Plain, as JSON spells it, URL-encoded, and base64 or base64url at each of the three byte offsets it can have. A lone
 * surrogate also in the form that encoders turn it into. No spelling is shorter than `needleLengthMin` unless the value
 * is.
 */
export function spellingsOf(value: string): string[] {
  // The URL and base64 encoders accept no lone surrogates.
  const wellFormed = value.toWellFormed();
  const form = new URLSearchParams({ v: wellFormed }).toString().slice(2);
  const plain = [value, wellFormed].flatMap((text) => [text, JSON.stringify(text).slice(1, -1)]);
  const base64 = base64SpellingsOf(wellFormed);
  // Base64 inside a URL is percent-encoded in turn.
  return [...plain, encodeURIComponent(wellFormed), form, ...base64, ...base64.map(encodeURIComponent)];
}

/**
 * Further texts that give a secret address away: its spelling by the URL standard, its path with and without the query,
 * its password, and each long segment and value. Empty for anything but an address.
 */
export function partsOf(value: string): string[] {
  const url = URL.parse(value.trim());
  if (!url || url.host === '') return [];
  const passwords = [url.password, decoded(url.password)];
  // In other addresses a path names a database or a file, not a secret.
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return passwords;
  const path = url.pathname.replace(/\/+$/, '');
  const pieces = [...url.pathname.split('/'), ...url.search.slice(1).split(/[&=]/), url.hash.slice(1)];
  const long = pieces.flatMap((piece) => [piece, decoded(piece)]).filter(isLong);
  return [url.href, url.pathname + url.search, path, decoded(path), ...passwords, ...long];
}

/** Shorter pieces of an address are its ordinary words: `services`, `webhooks`, a version. */
function isLong(piece: string): boolean {
  if (piece.length >= plainSegmentLengthMin) return true;
  return piece.length >= mixedSegmentLengthMin && (/\d/.test(piece) || /[a-z].*[A-Z]/.test(piece));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * Base64 of a value inside a longer text depends on its offset modulo 3. Only the part of each variant that neither
 * neighbour can change is kept.
 */
function base64SpellingsOf(value: string): string[] {
  const spellings: string[] = [];
  for (const offset of [0, 1, 2]) {
    const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(value)]);
    const stableEnd = Math.floor((bytes.length * 8) / 6);
    const stableStart = Math.ceil((offset * 8) / 6);
    for (const encoding of ['base64', 'base64url'] as const) {
      const stable = bytes.toString(encoding).slice(stableStart, stableEnd);
      if (stable.length >= needleLengthMin) spellings.push(stable);
    }
  }
  return spellings;
}
