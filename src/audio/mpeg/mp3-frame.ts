/** The header of a frame of MPEG audio: ISO/IEC 11172-3 §2.4.2.3 and ISO/IEC 13818-3. */

export const headerBytes = 4;
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
