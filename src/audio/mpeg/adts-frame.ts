const headerBytes = 7;
const samplesPerBlock = 1_024;
/** ISO/IEC 14496-3 §1.6.3.4. */
const sampleRates = [
  96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350,
];

export interface AdtsFrame {
  sizeBytes: number;
  samples: number;
  sampleRate: number;
}

/** A frame of AAC in ADTS (ISO/IEC 13818-7 §6.2); undefined where none begins. */
export function adtsFrame(bytes: Buffer, at: number): AdtsFrame | undefined {
  if (at + headerBytes > bytes.length) return undefined;
  // Twelve ones, any version, layer 0.
  if ((bytes.readUInt16BE(at) & 0xfff6) !== 0xfff0) return undefined;
  const sampleRate = sampleRates[((bytes[at + 2] ?? 0) >> 2) & 15];
  const sizeBytes = (bytes.readUInt32BE(at + 3) >>> 13) & 0x1fff;
  if (sampleRate === undefined || sizeBytes < headerBytes) return undefined;
  return { sizeBytes, samples: (((bytes[at + 6] ?? 0) & 3) + 1) * samplesPerBlock, sampleRate };
}
