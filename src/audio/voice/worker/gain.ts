import type { OpusCodec, OpusDecoder, OpusEncoder } from '../../opus/codec.ts';
import { Level } from './level.ts';

/** Above the default of sources: double encoding must not be audible. */
const bitrateKbps = 128;

/** One stream at one volume: packets in order, because the codec remembers earlier ones. */
export class Gain {
  readonly #decoder: OpusDecoder;
  readonly #encoder: OpusEncoder;
  readonly #level: Level;

  /** `fromPercent`: the volume that it glides from. */
  constructor(codec: OpusCodec, percent: number, fromPercent = percent) {
    this.#decoder = codec.createDecoder();
    this.#encoder = codec.createEncoder(bitrateKbps);
    this.#level = new Level(percent / 100, fromPercent / 100);
  }

  get percent(): number {
    return this.#level.volume * 100;
  }

  /** It has glided to its volume. */
  get settled(): boolean {
    return this.#level.settled;
  }

  /** A 20 ms packet for one of 20 ms. Throws when it isn't Opus. */
  apply(packet: Uint8Array): Uint8Array {
    return this.#encoder.encode(this.#level.apply(this.#decoder.decode(packet)));
  }
}
