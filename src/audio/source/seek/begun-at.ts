import type { AnyPlace } from '../order/any-place.ts';
import { id3Texts } from '../order/id3-texts.ts';
import { inPlayingOrder } from '../order/in-order.ts';
import { id3Bytes, tagLookedAtBytes } from '../order/large-tag.ts';
import { PlaceReader } from '../order/place-reader.ts';
import { framePlace } from './frame-place.ts';
import { oggPlace } from './ogg-place.ts';

const startBytes = 16;
/** Their first bytes, or those after a size, may look like frames further on. */
const otherMagics = ['RIFF', 'RF64', 'FORM', 'fLaC', '\x1aE\xdf\xa3'];
/** A frame of MP3 may need what was saved of those before it: these are decoded, and not heard. */
const leadMs = 300;

export interface BegunAt {
  bytes: AsyncGenerator<Uint8Array, void, void>;
  /** The time that its first sound has. */
  startedAtMs: number;
}

/**
 * A file in playing order, from near a time on where its format can be read from any place; other formats, and what
 * ends before, from the start. Closes the file where that fails.
 */
export async function beginAt(file: AnyPlace, source: string, ms: number): Promise<BegunAt> {
  try {
    const begun = ms > 0 && file.isCheap ? await begunAt(file, ms) : undefined;
    return begun ?? { bytes: inPlayingOrder(file, source), startedAtMs: 0 };
  } catch (error) {
    file.close();
    throw error;
  }
}

async function begunAt(file: AnyPlace, ms: number): Promise<BegunAt | undefined> {
  const { magic, texts, tagBytes } = await startOf(file);
  if (otherMagics.includes(magic) || magic.startsWith('\0')) return undefined;
  if (magic === 'OggS') {
    const place = await oggPlace(file, ms);
    return place && { bytes: following(place.head, file, place.atBytes), startedAtMs: place.atMs };
  }
  const place = await framePlace(file, tagBytes, Math.max(0, ms - leadMs));
  return place && { bytes: following(texts, file, place.atBytes), startedAtMs: place.atMs };
}

async function startOf(file: AnyPlace) {
  const reader = new PlaceReader(file.from(0));
  try {
    const start = await reader.peek(startBytes);
    const magic = start.toString('latin1', 0, 4);
    const tagBytes = id3Bytes(start);
    const tag =
      tagBytes > 0 ? (await reader.peek(Math.min(tagBytes, tagLookedAtBytes))).subarray(0, tagBytes) : start;
    return { magic, tagBytes, texts: tagBytes > 0 ? id3Texts(tag) : Buffer.alloc(0) };
  } finally {
    await reader.leave();
  }
}

async function* following(
  head: Buffer,
  file: AnyPlace,
  atBytes: number,
): AsyncGenerator<Uint8Array, void, void> {
  if (head.length > 0) yield head;
  yield* file.from(atBytes);
}
