import { readForeignBytes } from '#core/text/foreign-bytes.ts';
import type { OpusTags } from '../opus/headers.ts';
import { id3TextOf } from '../source/hls/id3.ts';
import { sevenBits } from '../source/order/id3-texts.ts';

const headerBytes = 10;
const framesMax = 256;
const textBytesMax = 4_096;
/** Bytes doubled for old players, or a header of its own. */
const oddFlags = 0xc0;
const names: Readonly<Record<string, 'title' | 'artist' | 'album' | 'band'>> = {
  TIT2: 'title',
  TPE1: 'artist',
  TALB: 'album',
  TPE2: 'band',
};

type Found = Partial<Record<'title' | 'artist' | 'album' | 'band', string>>;

/**
 * Tags of an ID3v2.3 or 2.4 tag from its beginning; undefined for one that is odd, or whose texts may follow the bytes
 * at hand. https://id3.org/id3v2.3.0#ID3v2_frame_overview
 */
export function quickId3(bytes: Buffer, tagBytes: number): OpusTags | undefined {
  const [version = 0, , flags = 0] = bytes.subarray(3, 6);
  if ((version !== 3 && version !== 4) || (flags & oddFlags) !== 0) return undefined;
  const tag = bytes.subarray(0, tagBytes);
  const found: Found = {};
  let at = headerBytes;
  for (let count = 0; count < framesMax && at + headerBytes <= tag.length; count++) {
    // What is left is padding.
    if (tag[at] === 0) return known(found);
    const end = readFrame(tag, at, version, found);
    if (end === undefined) return undefined;
    at = end;
    if (found.title && found.artist && found.album) return known(found);
  }
  return at <= tagBytes && at + headerBytes > tagBytes ? known(found) : undefined;
}

/** Keeps what is wanted of the frame there, and returns its end; undefined where it can't be read for certain. */
function readFrame(tag: Buffer, at: number, version: 3 | 4, found: Found): number | undefined {
  const name = tag.toString('latin1', at, at + 4);
  if (!/^[A-Z][A-Z0-9]{3}$/.test(name)) return undefined;
  const size = version === 4 ? sevenBits(tag, at + 4) : tag.readUInt32BE(at + 4);
  const content = at + headerBytes;
  const key = names[name];
  if (!key) return content + size;
  // Compressed, encrypted, or longer than any title.
  const isOdd = tag[at + 9] !== 0 || size > textBytesMax || content + size > tag.length;
  if (isOdd) return undefined;
  found[key] ??= id3TextOf(tag.subarray(content, content + size));
  return content + size;
}

/** The last 128 bytes of a file; undefined where they are no tag. */
export function quickId3v1(end: Buffer): OpusTags | undefined {
  if (end.length !== 128 || end.toString('latin1', 0, 3) !== 'TAG') return undefined;
  const text = (at: number) => {
    const field = end.subarray(at, at + 30);
    const nul = field.indexOf(0);
    return readForeignBytes(field.subarray(0, nul < 0 ? field.length : nul)).trim();
  };
  return { title: text(3), artist: text(33), album: text(63) };
}

function known({ title, artist, album, band }: Found): OpusTags {
  const by = artist || band;
  return {
    ...(title !== undefined && { title }),
    ...(by !== undefined && { artist: by }),
    ...(album !== undefined && { album }),
  };
}
