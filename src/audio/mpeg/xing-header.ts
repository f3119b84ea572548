/** What LAME and others write in place of a file's first frame: https://www.compuphase.com/mp3/mp3loops.htm */
import { headerBytes, type Mp3Frame } from './mp3-frame.ts';

export const xingPlaceCount = 100;

/** Absent: the encoder didn't say. */
export interface XingHeader {
  frameCount: number | undefined;
  sizeBytes: number | undefined;
  /** Where each hundredth of the time lies, in 256ths of the size. */
  places: Buffer | undefined;
}

/** Read from the frame that begins there; undefined where that is one of sound. */
export function xingHeader(bytes: Buffer, at: number, { isMono, version }: Mp3Frame): XingHeader | undefined {
  // Behind its side information.
  let place = at + headerBytes + (version === 1 ? (isMono ? 17 : 32) : isMono ? 9 : 17);
  if (place + 8 > bytes.length || !/^(Xing|Info)$/.test(bytes.toString('latin1', place, place + 4)))
    return undefined;
  const flags = bytes.readUInt32BE(place + 4);
  place += 8;
  const next = (flag: number, length: number) => {
    if ((flags & flag) === 0 || place + length > bytes.length) return undefined;
    place += length;
    return bytes.subarray(place - length, place);
  };
  const frameCount = next(1, 4)?.readUInt32BE() || undefined;
  const sizeBytes = next(2, 4)?.readUInt32BE() || undefined;
  return { frameCount, sizeBytes, places: next(4, xingPlaceCount) };
}
