const headerBytes = 10;
const textBytesMax = 4_096;
/** Bytes doubled for old players, or a header of its own: such a tag is left out as a whole. */
const oddFlags = 0xc0;

/**
 * The texts of an ID3v2.3 or 2.4 tag as a tag of their own, without its pictures, from its beginning; empty where there
 * are none. https://id3.org/id3v2.3.0#ID3v2_frame_overview
 */
export function id3Texts(tag: Buffer): Buffer {
  const [version = 0, , flags = 0] = tag.subarray(3, 6);
  if ((version !== 3 && version !== 4) || (flags & oddFlags) !== 0) return Buffer.alloc(0);
  const texts: Buffer[] = [];
  for (let at = headerBytes; at + headerBytes <= tag.length; ) {
    const name = tag.toString('latin1', at, at + 4);
    if (!/^[A-Z0-9]{4}$/.test(name)) break;
    const size = version === 4 ? sevenBits(tag, at + 4) : tag.readUInt32BE(at + 4);
    const end = at + headerBytes + size;
    if (name.startsWith('T') && size <= textBytesMax && end <= tag.length) texts.push(tag.subarray(at, end));
    at = end;
  }
  const content = Buffer.concat(texts);
  if (content.length === 0) return content;
  const digits = [21, 14, 7, 0].map((shift) => (content.length >> shift) & 127);
  return Buffer.concat([Buffer.from('ID3'), Buffer.from([version, 0, 0, ...digits]), content]);
}

/** A size of four times seven bits. */
export function sevenBits(bytes: Buffer, at: number): number {
  return bytes.subarray(at, at + 4).reduce((sum, digit) => sum * 128 + (digit & 127), 0);
}
