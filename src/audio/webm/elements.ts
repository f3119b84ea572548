/** The elements of Matroska (RFC 9559) that Opus needs, and how EBML (RFC 8794 §4) writes numbers. */

export const elementIds = {
  header: 0x1a45dfa3,
  segment: 0x18538067,
  info: 0x1549a966,
  title: 0x7ba9,
  tracks: 0x1654ae6b,
  trackEntry: 0xae,
  trackNumber: 0xd7,
  trackType: 0x83,
  codecId: 0x86,
  codecPrivate: 0x63a2,
  contentEncodings: 0x6d80,
  flagEnabled: 0xb9,
  flagDefault: 0x88,
  flagHearingImpaired: 0x55ab,
  flagVisualImpaired: 0x55ac,
  flagCommentary: 0x55af,
  cluster: 0x1f43b675,
  simpleBlock: 0xa3,
  blockGroup: 0xa0,
  block: 0xa1,
} as const;

/** A size whose bits are all ones: the element ends where another one of its own level starts (live streams). */
export const unknownSize = Number.POSITIVE_INFINITY;

export interface ReadNumber {
  value: number;
  end: number;
}

/** With its marker, as ids are written. Undefined: more bytes are needed; null: no id starts like this. */
export function readId(bytes: Uint8Array, at: number): ReadNumber | undefined | null {
  const length = lengthOf(bytes[at]);
  if (length === undefined) return undefined;
  if (length > 4) return null;
  if (at + length > bytes.length) return undefined;
  let value = 0;
  for (const byte of bytes.subarray(at, at + length)) value = value * 256 + byte;
  return { value, end: at + length };
}

/** Without its marker, as sizes, track numbers and lace sizes are written. Inexact beyond 2^53. */
export function readSize(bytes: Uint8Array, at: number): ReadNumber | undefined | null {
  const first = bytes[at];
  const length = lengthOf(first);
  if (length === undefined || first === undefined) return undefined;
  if (length > 8) return null;
  if (at + length > bytes.length) return undefined;
  let value = first & (0xff >> length);
  let allOnes = value === 0xff >> length;
  for (const byte of bytes.subarray(at + 1, at + length)) {
    allOnes &&= byte === 0xff;
    value = value * 256 + byte;
  }
  return { value: allOnes ? unknownSize : value, end: at + length };
}

/** The children of a complete element; ends where they no longer make sense. */
export function* childrenOf(bytes: Uint8Array): Generator<{ id: number; content: Uint8Array }> {
  for (let at = 0; at < bytes.length; ) {
    const id = readId(bytes, at);
    const size = id && readSize(bytes, id.end);
    if (!id || !size || size.end + size.value > bytes.length) return;
    at = size.end + size.value;
    yield { id: id.value, content: bytes.subarray(size.end, at) };
  }
}

export function readUnsigned(content: Uint8Array): number {
  let value = 0;
  for (const byte of content.subarray(0, 8)) value = value * 256 + byte;
  return value;
}

/** Length of a number in bytes, from the leading zeros of its first byte; 9 for a byte that starts none. */
function lengthOf(first: number | undefined): number | undefined {
  return first === undefined ? undefined : Math.clz32(first) - 23;
}
