/** Comfort noise and silence: nobody hears whether one frame more or one fewer plays. */
const silentBytesMax = 10;
/** How far back frames are compared: one second. */
const windowCount = 50;
/** The smallest frame counts as quiet only if it stands out; among equally large ones none does. */
const quietShare = 0.75;

/** Finds frames by their size that can be left out or extended unheard: nothing is decoded here. */
export class QuietFrames {
  readonly #bytes = new Uint16Array(windowCount);
  #count = 0;
  #sumBytes = 0;

  /** Once per frame that plays. */
  note(payloadBytes: number): void {
    const slot = this.#count++ % windowCount;
    this.#sumBytes += payloadBytes - (this.#bytes[slot] ?? 0);
    this.#bytes[slot] = payloadBytes;
  }

  isQuiet(payloadBytes: number): boolean {
    if (payloadBytes <= silentBytesMax) return true;
    return this.isSmallest(payloadBytes) && payloadBytes <= (quietShare * this.#sumBytes) / windowCount;
  }

  /** No frame of the last second was smaller. */
  isSmallest(payloadBytes: number): boolean {
    if (this.#count < windowCount) return false;
    return this.#bytes.every((bytes) => bytes >= payloadBytes);
  }
}
