/** Every address counts as much as X's did, whatever its length. */
const addressLength = 23;

/** As Mastodon counts: graphemes, addresses as 23, of remote names only the part before the server. */
export function statusLength(text: string): number {
  const counted = text
    .normalize('NFC')
    .replace(/https?:\/\/\S+/gi, 'x'.repeat(addressLength))
    .replace(/(@[\p{L}\p{N}_]+)@[\p{L}\p{N}.-]+[\p{L}\p{N}]/gu, '$1');
  let length = 0;
  for (const _ of new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(counted)) length += 1;
  return length;
}
