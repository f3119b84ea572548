import { mp3Frame } from '../../mpeg/mp3-frame.ts';
import type { AnyPlace } from '../../source/order/any-place.ts';
import { SkipTooLong } from '../../source/order/any-place.ts';
import { id3Bytes } from '../../source/order/large-tag.ts';
import { PlaceReader } from '../../source/order/place-reader.ts';
import { mp3DurationMs } from './mp3-length.ts';
import { oggDurationMs, oggEndBytes } from './ogg-length.ts';
import { wavDurationMs } from './wav-length.ts';

/** Holds an Ogg's first pages, the chunks of a WAV before its data, an MP3's first frames. */
const startBytes = 131_072;
const id3v1Bytes = 128;

/**
 * How long a file plays, by our own readers: of the kinds for which ffmpeg needs more than a pipe. Undefined for others,
 * and where it isn't said. Throws what the file throws.
 */
export async function fileDurationMs(file: AnyPlace): Promise<number | undefined> {
  const start = await bytesFrom(file, 0, startBytes);
  const magic = start.toString('latin1', 0, 4);
  if (magic === 'OggS') return oggLength(file, start);
  if (magic === 'RIFF' || magic === 'RF64') return wavDurationMs(start, file.sizeBytes);
  const tagBytes = id3Bytes(start);
  if (tagBytes === 0 && !mp3Frame(start, 0)) return undefined;
  const isAtHand = start.length < startBytes || tagBytes < startBytes / 2;
  const sound = isAtHand ? start.subarray(tagBytes) : await bytesFrom(file, tagBytes, startBytes);
  const isOtherKind = /^(fLaC|ADIF)/.test(sound.toString('latin1', 0, 4));
  return isOtherKind ? undefined : mp3DurationMs(sound, await mp3Bytes(file, tagBytes));
}

async function oggLength(file: AnyPlace, start: Buffer): Promise<number | undefined> {
  const { sizeBytes } = file;
  if (sizeBytes === undefined) return undefined;
  if (sizeBytes <= start.length) return oggDurationMs(start, start);
  return oggDurationMs(start, await bytesFrom(file, Math.max(0, sizeBytes - oggEndBytes), oggEndBytes));
}

async function mp3Bytes(file: AnyPlace, tagBytes: number): Promise<number | undefined> {
  const { sizeBytes } = file;
  if (sizeBytes === undefined) return undefined;
  const end = file.isCheap ? await bytesFrom(file, Math.max(0, sizeBytes - id3v1Bytes), 3) : Buffer.alloc(0);
  return sizeBytes - tagBytes - (end.toString('latin1') === 'TAG' ? id3v1Bytes : 0);
}

/** Fewer where it ends before; none where getting there would mean reading all before it. */
export async function bytesFrom(file: AnyPlace, at: number, length: number): Promise<Buffer> {
  const reader = new PlaceReader(file.from(at, 0));
  try {
    return (await reader.peek(length)).subarray(0, length);
  } catch (error) {
    if (error instanceof SkipTooLong) return Buffer.alloc(0);
    throw error;
  } finally {
    await reader.leave();
  }
}
