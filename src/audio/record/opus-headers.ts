import { recordLimits } from './limits.ts';
import type { Chapter } from './recording-notes.ts';

/** Samples a decoder throws away at the start: 80 ms, as RFC 7845 §4.2 asks of a stream that starts in the middle. */
export const preSkipSamples = 3_840;
const sampleRateHz = 48_000;
const vendor = 'guildmesh';

/** RFC 7845 §5.1: two channels, mapping family 0, which doesn't restrict how each packet is coded. */
export function opusHead(): Uint8Array {
  const packet = Buffer.alloc(19);
  packet.write('OpusHead', 0, 'latin1');
  packet[8] = 1;
  packet[9] = 2;
  packet.writeUInt16LE(preSkipSamples, 10);
  packet.writeUInt32LE(sampleRateHz, 12);
  return packet;
}

export interface TagsInit {
  title: string;
  /** The community that made it. */
  artist: string;
  startedAtMs: number;
  chapters: readonly Chapter[];
}

/**
 * RFC 7845 §5.2, always of the same length: zeros after the comments are padding, so that chapters can be written over
 * them when they are known. Comments that don't fit are left out from the end.
 */
export function opusTags(init: TagsInit): Uint8Array {
  const packet = Buffer.alloc(recordLimits.tagsPacketBytes);
  packet.write('OpusTags', 0, 'latin1');
  let at = writeSized(packet, 8, vendor);
  const countAt = at;
  at += 4;
  let count = 0;
  for (const comment of commentsOf(init)) {
    if (at + 4 + Buffer.byteLength(comment) > packet.length) break;
    at = writeSized(packet, at, comment);
    count += 1;
  }
  packet.writeUInt32LE(count, countAt);
  return packet;
}

/** Chapters as https://wiki.xiph.org/Chapter_Extension names them. */
function commentsOf({ title, artist, startedAtMs, chapters }: TagsInit): string[] {
  return [
    `TITLE=${title}`,
    `ARTIST=${artist}`,
    `DATE=${new Date(startedAtMs).toISOString()}`,
    ...chapters.slice(0, recordLimits.chaptersMax).flatMap(({ atMs, name }, index) => {
      const tag = `CHAPTER${String(index + 1).padStart(3, '0')}`;
      return [`${tag}=${clockText(atMs)}`, `${tag}NAME=${name}`];
    }),
  ];
}

/** "01:02:03.004" */
function clockText(ms: number): string {
  const pad = (value: number, digits: number) => String(Math.floor(value)).padStart(digits, '0');
  return `${pad(ms / 3_600_000, 2)}:${pad((ms / 60_000) % 60, 2)}:${pad((ms / 1_000) % 60, 2)}.${pad(ms % 1_000, 3)}`;
}

function writeSized(packet: Buffer, at: number, text: string): number {
  const length = packet.write(text, at + 4, 'utf8');
  packet.writeUInt32LE(length, at);
  return at + 4 + length;
}
