import { pageOf } from '../ogg/page.ts';
import { recordLimits } from './limits.ts';
import type { Chapter } from './recording-notes.ts';

const vendor = 'guildmesh';

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

/** The page of comments of the same stream, to be written over the first one. */
export function tagsPage(serial: number, tags: TagsInit): Buffer {
  return pageOf({ serial, sequence: 1, granule: 0n, flags: 0, packets: [opusTags(tags)] });
}

/** Offset of that page. */
export const tagsPageAt = 28 + 19;
