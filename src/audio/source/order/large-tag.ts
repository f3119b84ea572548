import { id3Texts, sevenBits } from './id3-texts.ts';
import { PlaceReader } from './place-reader.ts';

const startBytes = 10;
/** An ID3v2 tag up to this size is read normally: requesting what follows it takes longer. */
export const tagReadBytesMax = 262_144;
/** How much of a tag is searched for texts: they precede the pictures. */
export const tagLookedAtBytes = 65_536;

/**
 * Length of the tag at the beginning of the sound; 0: there is none. ID3v2 §3.1: a size of four times seven bits,
 * without the header and without the footer.
 */
export function id3Bytes(start: Buffer): number {
  if (start.length < startBytes || start.toString('latin1', 0, 3) !== 'ID3') return 0;
  return startBytes + sevenBits(start, 6) + ((start[5] ?? 0) & 16 ? startBytes : 0);
}

/**
 * Sound without the cover that precedes it, its texts kept: skipping the picture here costs nothing, unlike in a
 * decoder. Where there is nothing but a tag, its beginning stays, so that an error can name it.
 */
export async function* withoutLargeTag(
  bytes: AsyncGenerator<Uint8Array, void, void>,
): AsyncGenerator<Uint8Array, void, void> {
  const reader = new PlaceReader(bytes);
  try {
    const tagBytes = id3Bytes(await reader.peek(startBytes));
    if (tagBytes <= tagReadBytesMax) return yield* reader.rest();
    const start = Buffer.from((await reader.peek(tagLookedAtBytes)).subarray(0, tagLookedAtBytes));
    let at = 0;
    for await (const chunk of reader.rest()) {
      const sound = chunk.subarray(Math.min(chunk.length, Math.max(0, tagBytes - at)));
      if (sound.length > 0 && at <= tagBytes) yield id3Texts(start);
      if (sound.length > 0) yield sound;
      at += chunk.length;
    }
    if (at <= tagBytes) yield start;
  } finally {
    await reader.leave();
  }
}
