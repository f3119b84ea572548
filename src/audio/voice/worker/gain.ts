import type { OpusCodec, OpusDecoder, OpusEncoder } from '../../opus/codec.ts';

const fullScale = 32_767;
/** Below this share of full scale a sample is scaled linearly; above it is bent, so that it never clips hard. */
const knee = 0.8 * fullScale;
const roomAbove = fullScale - knee;
/** Above the default of sources: double encoding must not be audible. */
const bitrateKbps = 128;

/** One stream at one volume: packets in order, because the codec remembers earlier ones. */
export class Gain {
  readonly #decoder: OpusDecoder;
  readonly #encoder: OpusEncoder;
  readonly #factor: number;

  constructor(codec: OpusCodec, percent: number) {
    this.#decoder = codec.createDecoder();
    this.#encoder = codec.createEncoder(bitrateKbps);
    this.#factor = percent / 100;
  }

  /** A 20 ms packet for one of 20 ms. Throws when it isn't Opus. */
  apply(packet: Uint8Array): Uint8Array {
    const samples = this.#decoder.decode(packet);
    amplify(samples, this.#factor);
    return this.#encoder.encode(samples);
  }
}

/** In place. */
export function amplify(samples: Int16Array, factor: number): void {
  for (let index = 0; index < samples.length; index++)
    samples[index] = Math.round(bent((samples[index] ?? 0) * factor));
}

/** Continuous and monotonic, with the slope of one at the knee and full scale as its limit. */
function bent(sample: number): number {
  const level = Math.abs(sample);
  if (level <= knee) return sample;
  return Math.sign(sample) * (knee + roomAbove * Math.tanh((level - knee) / roomAbove));
}
