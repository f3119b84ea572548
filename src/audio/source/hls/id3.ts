/**
 * ID3v2.3 and v2.4 (https://id3.org/id3v2.4.0-structure) as far as titles need it. Reads what fits and never throws.
 */
import { mended, readForeignBytes } from '#core/text/foreign-bytes.ts';
import { artistAndTitle } from '#core/text/playing-title.ts';
import { sevenBits } from '../order/id3-texts.ts';

const headerBytes = 10;
const framesMax = 64;

export function isId3(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(0, 3)).toString('latin1') === 'ID3';
}

/**
 * “artist – title” of a tag at the beginning of the bytes; undefined where it names no title, as in tags with only a
 * time.
 */
export function id3Title(bytes: Uint8Array): string | undefined {
  const tag = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!isId3(tag) || tag.length < headerBytes) return undefined;
  const version = tag[3] ?? 0;
  const end = Math.min(tag.length, headerBytes + sevenBits(tag, 6));
  const found = new Map<string, string>();
  let at = headerBytes;
  for (let count = 0; count < framesMax && at + headerBytes <= end; count++) {
    const id = tag.toString('latin1', at, at + 4);
    const size = version >= 4 ? sevenBits(tag, at + 4) : tag.readUInt32BE(at + 4);
    const start = at + headerBytes;
    at = start + size;
    if (size === 0 || at > end) break;
    if (id === 'TIT2' || id === 'TPE1') found.set(id, id3TextOf(tag.subarray(start, at)));
  }
  const [title, artist] = [found.get('TIT2'), found.get('TPE1')];
  return title === undefined ? undefined : artistAndTitle({ title, artist });
}

/** A text frame's content: its encoding, then its text up to the first NUL. */
export function id3TextOf(content: Buffer): string {
  const [encoding, text] = [content[0], content.subarray(1)];
  const read =
    encoding === 1 || encoding === 2
      ? new TextDecoder(isBigEndian(encoding, text) ? 'utf-16be' : 'utf-16le').decode(text)
      : readForeignBytes(text);
  return mended(read.split('\0')[0]?.trim() ?? '');
}

function isBigEndian(encoding: number, text: Buffer): boolean {
  return encoding === 2 || (text[0] === 0xfe && text[1] === 0xff);
}
