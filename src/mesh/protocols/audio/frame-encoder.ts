import type { Frame } from '#contracts/audio.ts';
import { encodeFrames } from './codec.ts';

/** Encodes frames once for all subscribers: the same frames in a row give the same bytes, not a copy. */
export class FrameEncoder {
  #frames: readonly Frame[] = [];
  #bytes: Uint8Array = new Uint8Array(0);

  bytesOf(frames: readonly Frame[]): Uint8Array {
    if (!sameFrames(frames, this.#frames)) {
      this.#bytes = encodeFrames(frames);
      this.#frames = frames;
    }
    return this.#bytes;
  }
}

function sameFrames(a: readonly Frame[], b: readonly Frame[]): boolean {
  return a.length === b.length && a.every((frame, index) => frame === b[index]);
}
