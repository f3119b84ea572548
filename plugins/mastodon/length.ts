/** Every address counts this much, whatever its length. */
const addressLength = 23;

/** Mastodon's way of counting: graphemes, addresses as 23, and only the part before the server of remote names. */
export function statusLength(text: string): number {
  const counted = text
    .normalize('NFC')
    .replace(/https?:\/\/\S+/gi, 'x'.repeat(addressLength))
    .replace(/(@[\p{L}\p{N}_]+)@[\p{L}\p{N}.-]+[\p{L}\p{N}]/gu, '$1');
  let length = 0;
  for (const _ of new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(counted)) length += 1;
  return length;
}
