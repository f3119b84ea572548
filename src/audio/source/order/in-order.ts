/**
 * ffmpeg reads a pipe once, from beginning to end. This reorders files that prevent that: the index of an MP4 that was
 * written last goes first, and a cover that listeners would have to wait for is left out.
 */

import { audioErrors, shown } from '../../errors.ts';
import { readBoxHeader } from '../../mp4/boxes.ts';
import { type AnyPlace, SkipTooLong } from './any-place.ts';
import { id3Texts } from './id3-texts.ts';
import { id3Bytes, tagLookedAtBytes, tagReadBytesMax } from './large-tag.ts';
import { movedIndex } from './moved-index.ts';
import { PlaceReader } from './place-reader.ts';

const startBytes = 16;
/** What precedes the sound of an MP4 is small. */
const headBytesMax = 1_048_576;
/** An index has a few bytes for each sample: a film of many hours fits. */
const indexBytesMax = 32 * 1_048_576;
/** How much is read to get at an index behind the sound, from a server that sends nothing but the whole. */
const skipBytesMax = 64 * 1_048_576;
const boxesMax = 64;
/** The first box of an MP4, and of old QuickTime files. */
const firstBoxes: ReadonlySet<string> = new Set(['ftyp', 'wide', 'free', 'skip', 'mdat']);

/** All bytes of a file in an order in which they can be played. Throws AUDIO_NOT_AUDIO and what the file throws. */
export async function* inPlayingOrder(
  file: AnyPlace,
  source: string,
): AsyncGenerator<Uint8Array, void, void> {
  const reader = new PlaceReader(file.from(0));
  try {
    const start = await reader.peek(startBytes);
    const tagBytes = id3Bytes(start);
    if (file.isCheap && tagBytes > tagReadBytesMax && tagBytes < (file.sizeBytes ?? 0)) {
      const texts = id3Texts(await reader.peek(tagLookedAtBytes));
      await reader.leave();
      yield texts;
      return yield* file.from(tagBytes);
    }
    const head = firstBoxes.has(start.toString('latin1', 4, 8)) ? await headOf(reader) : undefined;
    if (!head) return yield* reader.rest();
    await reader.leave();
    yield* withIndexFirst(file, source, head);
  } finally {
    await reader.leave();
  }
}

interface Head {
  /** What precedes the sound. */
  bytes: Buffer;
  /** Where the sound ends. */
  soundEnd: number;
}

/** For an MP4 whose sound precedes its index; undefined where nothing must be moved. */
async function headOf(reader: PlaceReader): Promise<Head | undefined> {
  for (let at = 0; at < headBytesMax; ) {
    const held = await reader.peek(at + startBytes);
    const box = readBoxHeader(held, at);
    if (!box || box.type === 'moov' || box.type === 'moof' || !Number.isFinite(box.sizeBytes))
      return undefined;
    if (box.type === 'mdat')
      return { bytes: Buffer.from(held.subarray(0, at)), soundEnd: at + box.sizeBytes };
    at += box.sizeBytes;
  }
  return undefined;
}

async function* withIndexFirst(
  file: AnyPlace,
  source: string,
  head: Head,
): AsyncGenerator<Uint8Array, void, void> {
  const index = await indexAfter(file, source, head.soundEnd);
  const moved = movedIndex(index.bytes, { from: index.at, by: index.bytes.length });
  if (!moved)
    throw notAudio(source, 'its index is at its end, and in a form that can’t be moved to its start');
  yield head.bytes;
  yield moved;
  let at = head.bytes.length;
  const indexEnd = index.at + index.bytes.length;
  for await (const chunk of file.from(at)) {
    const before = chunk.subarray(0, Math.max(0, index.at - at));
    const after = chunk.subarray(Math.min(chunk.length, Math.max(0, indexEnd - at)));
    at += chunk.length;
    if (before.length > 0) yield before;
    if (after.length > 0) yield after;
  }
}

async function indexAfter(
  file: AnyPlace,
  source: string,
  start: number,
): Promise<{ at: number; bytes: Buffer }> {
  let at = start;
  for (let boxes = 0; boxes < boxesMax && at < (file.sizeBytes ?? Number.POSITIVE_INFINITY); boxes++) {
    const box = await indexOrSize(file, source, at);
    if (!box) break;
    if (box.index) return { at, bytes: box.index };
    at += box.sizeBytes;
  }
  throw audioErrors.AUDIO_NOT_AUDIO({
    source: shown(source),
    found: 'its index is missing, as if its recording or its upload had broken off',
    next: 'Record or upload it again, whole.',
  });
}

/** The index, if it begins there; else how far the next box is. Undefined where there is no box, or not all of it. */
async function indexOrSize(
  file: AnyPlace,
  source: string,
  at: number,
): Promise<{ sizeBytes: number; index?: Buffer } | undefined> {
  const reader = new PlaceReader(file.from(at, skipBytesMax));
  try {
    const box = readBoxHeader(await reader.peek(startBytes), 0);
    if (!box || !Number.isFinite(box.sizeBytes)) return undefined;
    const { sizeBytes } = box;
    if (box.type !== 'moov') return { sizeBytes };
    if (sizeBytes > indexBytesMax) throw notAudio(source, 'its index is longer than 32 MiB');
    const bytes = (await reader.peek(sizeBytes)).subarray(0, sizeBytes);
    return bytes.length < sizeBytes ? undefined : { sizeBytes, index: Buffer.from(bytes) };
  } catch (error) {
    if (!(error instanceof SkipTooLong)) throw error;
    throw notAudio(
      source,
      'its index is at its end, and its server gives only the whole, so that it can’t be read first',
    );
  } finally {
    await reader.leave();
  }
}

function notAudio(source: string, found: string) {
  const next = 'Write it anew with its index first: ffmpeg -i in.m4a -c copy -movflags +faststart out.m4a.';
  return audioErrors.AUDIO_NOT_AUDIO({ source: shown(source), found, next });
}
