/** The boxes of ISO/IEC 14496-12 §4.2 that describe the tracks of a file. */

export interface BoxHeader {
  type: string;
  headerBytes: number;
  /** Size of header and content; infinite for a box that extends to the end of the file. */
  sizeBytes: number;
}

/** Undefined: more bytes are needed; null: this isn't the beginning of a box. */
export function readBoxHeader(bytes: Buffer, at: number): BoxHeader | undefined | null {
  if (at + 8 > bytes.length) return undefined;
  const size = bytes.readUInt32BE(at);
  const type = bytes.toString('latin1', at + 4, at + 8);
  if (size === 0) return { type, headerBytes: 8, sizeBytes: Number.POSITIVE_INFINITY };
  if (size > 1) return size < 8 ? null : { type, headerBytes: 8, sizeBytes: size };
  if (at + 16 > bytes.length) return undefined;
  const sizeBytes = Number(bytes.readBigUInt64BE(at + 8));
  return sizeBytes < 16 ? null : { type, headerBytes: 16, sizeBytes };
}
