/** How long an MP3 plays, by its first frame: ISO/IEC 11172-3 §2.4.2.3, and the tables of encoders within it. */

import { headerBytes, mp3Frame } from '../../mpeg/mp3-frame.ts';
import { xingHeader } from '../../mpeg/xing-header.ts';

/** How far a first frame is looked for: some encoders leave padding before it. */
const searchedBytesMax = 65_536;

/** `start`: the bytes behind the tag. `soundBytes`: how many there are in all. */
export function mp3DurationMs(start: Buffer, soundBytes: number | undefined): number | undefined {
  const at = firstFrameAt(start);
  const frame = at === undefined ? undefined : mp3Frame(start, at);
  if (at === undefined || !frame) return undefined;
  const frames = xingHeader(start, at, frame)?.frameCount ?? vbriFrames(start, at);
  if (frames !== undefined) return Math.round((frames * frame.samples * 1_000) / frame.sampleRate);
  if (soundBytes === undefined || soundBytes <= at) return undefined;
  return Math.round(((soundBytes - at) * 8) / frame.bitrateKbps);
}

/** Bytes of a picture may look like a frame: it counts where another of its kind follows. */
function firstFrameAt(bytes: Buffer): number | undefined {
  for (let at = bytes.indexOf(0xff); at >= 0 && at < searchedBytesMax; at = bytes.indexOf(0xff, at + 1)) {
    const frame = mp3Frame(bytes, at);
    if (!frame) continue;
    const next = mp3Frame(bytes, at + frame.sizeBytes);
    const isLast = at + frame.sizeBytes + headerBytes > bytes.length;
    if (isLast || (next?.layer === frame.layer && next.sampleRate === frame.sampleRate)) return at;
  }
  return undefined;
}

/** Fraunhofer's, always 32 bytes behind the header. */
function vbriFrames(bytes: Buffer, at: number): number | undefined {
  const place = at + headerBytes + 32;
  if (place + 18 > bytes.length || bytes.toString('latin1', place, place + 4) !== 'VBRI') return undefined;
  return bytes.readUInt32BE(place + 14) || undefined;
}
