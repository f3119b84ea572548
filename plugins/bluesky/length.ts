/** app.bsky.feed.post: `maxGraphemes` and, in UTF-8, `maxLength`. */
export const postLengthMax = 300;
export const postBytesMax = 3_000;

export function graphemes(text: string): number {
  let count = 0;
  for (const _ of new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(text)) count += 1;
  return count;
}

export function fitsPost(text: string): boolean {
  return Buffer.byteLength(text) <= postBytesMax && graphemes(text) <= postLengthMax;
}
