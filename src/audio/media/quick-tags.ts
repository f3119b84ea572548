/**
 * Tags of the most common kinds of files by readers of our own: MP3, Ogg and FLAC. ffmpeg in its jail takes a hundred
 * times as long, which for a large library means hours.
 */
import { mp3Frame } from '../mpeg/mp3-frame.ts';
import { commentsOf } from '../ogg/link-titles.ts';
import { PacketAssembler } from '../ogg/packet-assembler.ts';
import { OggPageReader } from '../ogg/page-reader.ts';
import { type OpusTags, readComments } from '../opus/headers.ts';
import type { AnyPlace } from '../source/order/any-place.ts';
import { id3Bytes } from '../source/order/large-tag.ts';
import { quickId3, quickId3v1 } from './id3-tags.ts';
import { bytesFrom } from './length/file-length.ts';
import { tagLine } from './tag-line.ts';
import type { Tags } from './tags.ts';

const startBytes = 65_536;
const id3v1Bytes = 128;
/** Comments of Ogg may hold a picture. */
const oggReadBytesMax = 4 * 1_048_576;
/** The first packet names the codec, the second has the comments. */
const oggPacketsMax = 2;
const flacBlocksMax = 64;
const flacCommentBytesMax = 262_144;

/** Undefined for other kinds, and for what is odd in any way: ffmpeg reads it. Throws what the file throws. */
export async function quickTags(file: AnyPlace): Promise<Tags | undefined> {
  if (!file.isCheap) return undefined;
  const start = await bytesFrom(file, 0, startBytes);
  const magic = start.toString('latin1', 0, 4);
  if (magic === 'OggS') return oggTags(file);
  if (magic === 'fLaC') return flacTags(file);
  return mp3Tags(file, start);
}

async function mp3Tags(file: AnyPlace, start: Buffer): Promise<Tags | undefined> {
  const { sizeBytes } = file;
  const tagBytes = id3Bytes(start);
  const sound = tagBytes + 4 <= start.length ? start.subarray(tagBytes) : await bytesFrom(file, tagBytes, 4);
  if (sizeBytes === undefined || !mp3Frame(sound, 0)) return undefined;
  if (tagBytes > 0) return shownTags(quickId3(start, tagBytes));
  const end = await bytesFrom(file, Math.max(0, sizeBytes - id3v1Bytes), id3v1Bytes);
  return shownTags(quickId3v1(end) ?? {});
}

async function oggTags(file: AnyPlace): Promise<Tags | undefined> {
  const pages = new OggPageReader();
  const assembler = new PacketAssembler();
  let serial: number | undefined;
  let packetCount = 0;
  let found: OpusTags | undefined;
  let readBytes = 0;
  for await (const chunk of file.from(0)) {
    pages.push(chunk, (page) => {
      serial ??= page.serial;
      if (page.serial !== serial) return;
      assembler.page(page, (packet, isComplete) => {
        if (++packetCount > oggPacketsMax) return;
        const comments = commentsOf(packet);
        if (isComplete || isWhole(comments)) found ??= comments;
      });
    });
    readBytes += chunk.length;
    if (found || packetCount >= oggPacketsMax || readBytes >= oggReadBytesMax) break;
  }
  return shownTags(found);
}

/** https://www.rfc-editor.org/rfc/rfc9639#section-8: blocks with a type and a length, the stream's facts first. */
async function flacTags(file: AnyPlace): Promise<Tags | undefined> {
  let [at, durationMs] = [4, undefined as number | undefined];
  for (let count = 0; count < flacBlocksMax; count++) {
    const head = await bytesFrom(file, at, 4);
    if (head.length < 4) return undefined;
    const [type, length] = [head.readUInt8(0), head.readUIntBE(1, 3)];
    if (count === 0) durationMs = flacDurationMs(await bytesFrom(file, at + 4, 18));
    if ((type & 0x7f) === 4) {
      if (length > flacCommentBytesMax) return undefined;
      const comments = readComments(await bytesFrom(file, at + 4, length), 0);
      return { ...shownTags(comments), durationMs };
    }
    if (type & 0x80) return { durationMs };
    at += 4 + length;
  }
  return undefined;
}

/** 20 bits of samples a second behind 10 bytes of sizes, and 36 bits of samples in all; 0: not said. */
function flacDurationMs(streamInfo: Buffer): number | undefined {
  if (streamInfo.length < 18) return undefined;
  const rate = streamInfo.readUIntBE(10, 3) >>> 4;
  const sampleCount = (streamInfo.readUInt8(13) & 15) * 2 ** 32 + streamInfo.readUInt32BE(14);
  return rate > 0 && sampleCount > 0 ? Math.round((sampleCount * 1_000) / rate) : undefined;
}

function isWhole(tags: OpusTags | undefined): boolean {
  return tags?.title !== undefined && tags.artist !== undefined && tags.album !== undefined;
}

function shownTags(tags: OpusTags | undefined): Tags | undefined {
  if (!tags) return undefined;
  const line = (text: string | undefined) => tagLine(text ?? '') || undefined;
  return { title: line(tags.title), artist: line(tags.artist), album: line(tags.album) };
}
