import { brotliDecompressSync } from 'node:zlib';

const headerBytes = 48;
/** Numbers of the tags that this reader asks for, in WOFF2's list of known tags. */
const tags = { cmap: 0, glyf: 10, loca: 11, other: 63 } as const;
/** The subtable of a `cmap` that maps all of Unicode by ranges. */
const rangesFormat = 12;

/** The characters that a WOFF2 font has glyphs for (https://www.w3.org/TR/WOFF2). */
export function fontCharacters(font: Buffer): Set<string> {
  const cmap = cmapOf(font);
  const subtables = Array.from({ length: cmap.readUInt16BE(2) }, (_, index) =>
    cmap.readUInt32BE(8 + 8 * index),
  );
  const ranges = subtables.find((at) => cmap.readUInt16BE(at) === rangesFormat);
  if (ranges === undefined) throw new Error('the font has no map of all of Unicode');
  const characters = new Set<string>();
  for (let index = 0; index < cmap.readUInt32BE(ranges + 12); index += 1) {
    const at = ranges + 16 + 12 * index;
    for (let code = cmap.readUInt32BE(at); code <= cmap.readUInt32BE(at + 4); code += 1)
      characters.add(String.fromCodePoint(code));
  }
  return characters;
}

function cmapOf(font: Buffer): Buffer {
  if (font.toString('latin1', 0, 4) !== 'wOF2') throw new Error('no WOFF2 font');
  const tableCount = font.readUInt16BE(12);
  let at = headerBytes;
  let offset = 0;
  let cmap: { start: number; end: number } | undefined;

  function number(): number {
    let value = 0;
    for (;;) {
      const byte = font.readUInt8(at++);
      value = value * 128 + (byte & 127);
      if (byte < 128) return value;
    }
  }

  for (let index = 0; index < tableCount; index += 1) {
    const flags = font.readUInt8(at++);
    const tag = flags & 63;
    if (tag === tags.other) at += 4;
    const originalBytes = number();
    const isOutline = tag === tags.glyf || tag === tags.loca;
    const isTransformed = isOutline ? flags >> 6 !== 3 : flags >> 6 !== 0;
    const bytes = isTransformed ? number() : originalBytes;
    if (tag === tags.cmap) cmap = { start: offset, end: offset + bytes };
    offset += bytes;
  }
  if (!cmap) throw new Error('the font has no cmap');
  const tables = brotliDecompressSync(font.subarray(at, at + font.readUInt32BE(20)));
  return tables.subarray(cmap.start, cmap.end);
}
