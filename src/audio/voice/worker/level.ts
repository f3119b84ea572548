import prism from 'prism-media';
import { frameSampleCount } from '../../opus/codec.ts';

const fullScale = 32_767;
/** A volume changes over this many frames: 200 ms, so that nobody hears a step. */
const rampFrames = 10;
/** Parts of a frame, 2.5 ms each, that have one factor. */
const blockCount = 8;
const blockSamples = frameSampleCount / blockCount;
/** The limiter holds for 50 ms, more than a period of the lowest tone, then lets go by 1 dB in 20 ms. */
const holdBlocks = 20;
const release = 10 ** (1 / 20 / blockCount);

/**
 * The volume of one stream, frame by frame: it glides to what is wanted, and above 100 % a limiter lowers it where the
 * sound would exceed full scale. prism-media's transformer scales the samples; its own answer to what is too loud, hard
 * clipping, is never reached.
 */
export class Level {
  readonly #scaler = new prism.VolumeTransformer({ type: 's16le' });
  readonly #target: number;
  readonly #step: number;
  #volume: number;
  #rampLeft: number;
  /** What the limiter leaves of the volume. */
  #kept = 1;
  #holdLeft = 0;

  /** `from`: the factor that it glides from. */
  constructor(target: number, from = target) {
    this.#target = target;
    this.#volume = from;
    this.#rampLeft = from === target ? 0 : rampFrames * blockCount;
    this.#step = this.#rampLeft === 0 ? 0 : (target - from) / this.#rampLeft;
  }

  /** The factor now, before the limiter. */
  get volume(): number {
    return this.#volume;
  }

  /** It has reached what is wanted. */
  get settled(): boolean {
    return this.#rampLeft === 0;
  }

  /** One 20 ms frame of interleaved samples. */
  apply(samples: Int16Array): Int16Array {
    const factors = this.#factors(samples);
    for (let from = 0; from < blockCount; ) {
      let to = from + 1;
      while (to < blockCount && factors[to] === factors[from]) to++;
      this.#scaler.setVolume(factors[from] ?? 1);
      const part = samples.subarray(from * blockSamples, to * blockSamples);
      this.#scaler.write(Buffer.from(part.buffer, part.byteOffset, part.byteLength));
      from = to;
    }
    const bytes: Buffer = this.#scaler.read();
    return new Int16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  }

  #factors(samples: Int16Array): number[] {
    return Array.from({ length: blockCount }, (_, block) => {
      this.#glide();
      this.#limit(peakOf(samples, block) * this.#volume);
      return this.#volume * this.#kept;
    });
  }

  #limit(peak: number): void {
    if (this.#holdLeft > 0) this.#holdLeft--;
    else this.#kept = Math.min(1, this.#kept * release);
    if (peak * this.#kept < fullScale) return;
    this.#kept = fullScale / peak;
    this.#holdLeft = holdBlocks;
  }

  #glide(): void {
    if (this.#rampLeft === 0) return;
    this.#rampLeft--;
    this.#volume = this.#rampLeft === 0 ? this.#target : this.#volume + this.#step;
  }
}

function peakOf(samples: Int16Array, block: number): number {
  let peak = 0;
  for (let index = block * blockSamples; index < (block + 1) * blockSamples; index++)
    peak = Math.max(peak, Math.abs(samples[index] ?? 0));
  return peak;
}
