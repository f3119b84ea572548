/** How long an MP3 plays, by its first frame: ISO/IEC 11172-3 §2.4.2.3, and the tables of encoders within it. */

const headerBytes = 4;
/** How far a first frame is looked for: some encoders leave padding before it. */
const searchedBytesMax = 65_536;
/** kbit/s by version (1, or 2 and 2.5), layer and index. */
const rates: Readonly<Record<string, readonly number[]>> = {
  '1-1': [0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
  '1-2': [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
  '1-3': [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  '2-1': [0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
  '2-2': [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
  '2-3': [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
};
const sampleRates: Readonly<Record<number, readonly number[]>> = {
  1: [44_100, 48_000, 32_000],
  2: [22_050, 24_000, 16_000],
  2.5: [11_025, 12_000, 8_000],
};

export interface Mp3Frame {
  version: 1 | 2 | 2.5;
  layer: 1 | 2 | 3;
  isMono: boolean;
  bitrateKbps: number;
  sampleRate: number;
  samples: number;
  sizeBytes: number;
}

/** Undefined: no frame begins there, or one of free format, whose rate isn't said. */
export function mp3Frame(bytes: Buffer, at: number): Mp3Frame | undefined {
  if (at + headerBytes > bytes.length) return undefined;
  const word = bytes.readUInt32BE(at);
  if (word >>> 21 !== 0x7ff) return undefined;
  const version = ([2.5, undefined, 2, 1] as const)[(word >>> 19) & 3];
  const layer = ([undefined, 3, 2, 1] as const)[(word >>> 17) & 3];
  if (version === undefined || layer === undefined) return undefined;
  const bitrateKbps = rates[`${version === 1 ? 1 : 2}-${layer}`]?.[(word >>> 12) & 15] ?? 0;
  const sampleRate = sampleRates[version]?.[(word >>> 10) & 3] ?? 0;
  if (bitrateKbps === 0 || sampleRate === 0) return undefined;
  const samples = layer === 1 ? 384 : layer === 3 && version !== 1 ? 576 : 1_152;
  const padding = ((word >>> 9) & 1) * (layer === 1 ? 4 : 1);
  const sizeBytes = Math.floor((samples * bitrateKbps * 125) / sampleRate) + padding;
  return { version, layer, isMono: ((word >>> 6) & 3) === 3, bitrateKbps, sampleRate, samples, sizeBytes };
}

/** `start`: the bytes behind the tag. `soundBytes`: how many there are in all. */
export function mp3DurationMs(start: Buffer, soundBytes: number | undefined): number | undefined {
  const at = firstFrameAt(start);
  const frame = at === undefined ? undefined : mp3Frame(start, at);
  if (at === undefined || !frame) return undefined;
  const frames = xingFrames(start, at, frame) ?? vbriFrames(start, at);
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

/** LAME and others write it in place of the first frame's sound, behind its side information. */
function xingFrames(bytes: Buffer, at: number, { isMono, version }: Mp3Frame): number | undefined {
  const place = at + headerBytes + (version === 1 ? (isMono ? 17 : 32) : isMono ? 9 : 17);
  if (place + 12 > bytes.length || !/^(Xing|Info)$/.test(bytes.toString('latin1', place, place + 4)))
    return undefined;
  const hasFrames = (bytes.readUInt32BE(place + 4) & 1) !== 0;
  return (hasFrames && bytes.readUInt32BE(place + 8)) || undefined;
}

/** Fraunhofer's, always 32 bytes behind the header. */
function vbriFrames(bytes: Buffer, at: number): number | undefined {
  const place = at + headerBytes + 32;
  if (place + 18 > bytes.length || bytes.toString('latin1', place, place + 4) !== 'VBRI') return undefined;
  return bytes.readUInt32BE(place + 14) || undefined;
}
